"""A shop's own frame of its mails: used when whole, refused by file, line and cure when something would be lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.email import compose, mail_shop
from bot.channels.email.frame import shipped_frame
from bot.channels.email.frame_check import check_frame
from bot.settings import Settings
from flows.errors import FlowInvalid
from tests.bot.channels.email.samples import SHOP, TEXTS, offer, outgoing, question, staff
from tests.edge.smtp import html

SMALL = """\
<mjml>
  <mj-head><mj-preview>{{ letter.preheader }}</mj-preview></mj-head>
  <mj-body>
    <mj-section><mj-column>
      <mj-text>{{ shop.name }} ~ our own frame</mj-text>
      <mj-text>{{ letter.greeting or "" }}</mj-text>
      <mj-raw>{% for paragraph in letter.paragraphs %}</mj-raw>
      <mj-text>{{ paragraph | linked(letter) }}</mj-text>
      <mj-raw>{% endfor %}</mj-raw>
      <mj-text>{{ letter.code or "" }} {{ asked }} {{ added }}</mj-text>
      <mj-raw>{% set own = [letter.button, letter.own_words] %}</mj-raw>
      <mj-raw>{% for link in own + letter.answers | list + letter.ways | list + letter.foot | list %}</mj-raw>
      <mj-raw>{% if link %}</mj-raw>
      <mj-button href="{{ link.url }}">{{ link.label }}</mj-button>
      <mj-raw>{% endif %}{% endfor %}</mj-raw>
      <mj-text>{{ letter.why }} {{ address }}</mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>
"""


def found(source: str) -> list[str]:
    return [str(one) for one in check_frame(source, "mail.mjml.j2")]


def test_the_frame_that_comes_with_holdback_has_no_problem() -> None:
    assert found(shipped_frame()) == []


@pytest.mark.parametrize("language", ["ar", "ja"])
def test_a_shops_own_frame_is_used_for_every_mail(tmp_path: Path, language: str) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "mail.mjml.j2").write_text(SMALL, encoding="utf-8")
    shop = replace(SHOP, frame=mail_shop(Settings(flows_dir=tmp_path)).frame)
    for message in (question(language), offer(), staff()):
        page = html(compose(outgoing(message), shop, TEXTS))
        assert "~ our own frame" in page
        assert message.paragraphs[-1][:8] in page


def test_a_name_that_a_frame_gives_something_else_to_stays_its_own() -> None:
    frame = SMALL.replace(
        "~ our own frame", "{% set dir = 'mine' %}{{ dir }} {{ end }} {{ light.ink }} {{ light.inkk is defined }}"
    )
    for language, end in (("en", "right"), ("ar", "left")):
        page = html(compose(outgoing(question(language)), replace(SHOP, frame=frame), TEXTS))
        assert f"mine {end} #16211e False" in page


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("<mj-text>{{ letter.why", "<mj-txt>{{ letter.why", "16:7: error mail: there is no tag <mj-txt>; correct"),
        ("</mj-column></mj-section>", "</mj-colum></mj-section>", "17:5: error mail: </mj-colum> closes nothing"),
        ("</mj-head>", "</mj-head><div>x</div>", "2:69: error mail: <div> stands where only MJML may stand; put it"),
        ("{{ letter.why }}", "{{ letter.why_not }}", "16:1: error mail: nothing is called 'letter.why_not'; use one"),
        ("{{ address }}", "{{ adress }}", "16:1: error mail: nothing is called 'adress'; use one of"),
        (
            "{% endfor %}</mj-raw>\n      <mj-text>{{ letter.code",
            "</mj-raw>\n      <mj-text>{{ letter.code",
            "cannot be",
        ),
        ("{{ shop.name }}", "{{ shop.name.upper() }}", "5:1: error mail: a frame cannot call anything"),
        ("{{ shop.name }}", "{{ letter.__class__ }}", "5:1: error mail: nothing is called 'letter.__class__'"),
        ("<mj-body>", '<mj-body><mj-include path="/etc/hosts" />', "error mail: <mj-include> cannot stand in a mail"),
        ("<mj-head>", '<mj-head><mj-font name="x" href="https://fonts.example/x" />', "<mj-font> cannot stand"),
        (
            "<mj-text>{{ letter.why",
            "<mj-raw><script>1</script></mj-raw><mj-text>{{ letter.why",
            "<script> cannot stand",
        ),
        ("    </mj-column></mj-section>\n", "", "this is not well-formed MJML"),
        (
            " + letter.foot | list",
            "",
            "letter.foot stands nowhere in it, so that readers would miss it; take the place",
        ),
        ("{{ address }}", "", "address stands nowhere in it"),
        (" + letter.answers | list", "", "letter.answers stands nowhere in it"),
    ],
)
def test_what_would_be_lost_is_named_with_its_place_and_cure(before: str, after: str, words: str) -> None:
    assert before in SMALL
    problems = found(SMALL.replace(before, after))
    assert any(words in one for one in problems), problems


def test_a_frame_with_a_problem_is_refused_before_any_mail(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "mail.mjml.j2").write_text(SMALL.replace("<mj-body>", "<mj-bdy>"), encoding="utf-8")
    with pytest.raises(FlowInvalid, match="there is no tag <mj-bdy>"):
        mail_shop(Settings(flows_dir=tmp_path))
