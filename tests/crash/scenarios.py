"""What people do while servers are killed under their hands: eight conversations, and a day of keeping house."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.crash.browsing import SEND, link, mail_link, opened, press
from tests.crash.people import person
from tests.crash.preparing import api_key, know, listen, poster, signed_in
from tests.crash.world import MAIN, World

WHAT_HELD: Final = "held you back"
WHAT_PRICE: Final = "What price would feel right"
DOES_IT_HELP: Final = "Does this help you?"
GLAD: Final = "glad to hear it"
PRICE, LESS, THANKS = "The price", "A little less", "Yes, thank you"
BOTH: Final = ("telegram", "email")


async def nothing(world: World) -> None:
    """Nothing is to be prepared."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name, a sentence, what is so before the server starts, what happens, and the facts that must be so at the end.

    `commands` are the processes of the operator that may be killed as well as the server. `spare`: it needs a database
    with nothing in it. `repeats`: somebody asks for something that was said before.
    """

    name: str
    about: str
    play: Callable[[World], Awaitable[None]]
    should: Mapping[str, Sequence[str]]
    prepare: Callable[[World], Awaitable[None]] = nothing
    commands: tuple[str, ...] = ()
    spare: bool = False
    repeats: bool = False

    @property
    def processes(self) -> tuple[str, ...]:
        """Every process that may be killed."""
        return (MAIN, *self.commands)


# 1


async def codes(world: World) -> None:
    await know(world)


async def newcomer(world: World) -> None:
    ann = person(world, "ann")
    await ann.start(WHAT_HELD)
    await ann.tap(PRICE, WHAT_PRICE)
    await ann.tap(LESS, DOES_IT_HELP)
    await ann.tap(THANKS)
    await world.rest()


# 2


async def by_mail(world: World) -> None:
    key = await api_key(world)
    await world.send("POST", "/api/v1/campaigns/barriers/start", headers={"Authorization": f"Bearer {key}"})
    who = {
        "external_id": "bea",
        "email": "bea@mail.example",
        "consent_email": True,
        "language": "en",
        "product_name": "Copper Kettle",
    }
    await world.report(key, type="cart_abandoned", id="cart-1", prospect=who)
    await world.later("start")
    address = await mail_link(world, "bea", PRICE)
    page = await opened(world, address or f"/s/{await link(world, 'bea', 'survey')}")
    page = await press(world, page, SEND if address else PRICE, WHAT_PRICE)
    page = await press(world, page, "A little less (up to 10%)", DOES_IT_HELP)
    await press(world, page, THANKS, GLAD)
    await world.rest()
    world.ends_for("bea@mail.example")
    await world.later()


# 3


async def ann_is_known(world: World) -> None:
    await know(world, "ann")


async def silence(world: World) -> None:
    ann = person(world, "ann")
    await ann.start(WHAT_HELD, await link(world, "ann", "start"))
    await world.later()
    await world.later()
    await world.later()
    world.ends_for(ann.chat)
    world.ends_for("ann@mail.example")
    await world.later()


# 4


async def purchase(world: World) -> None:
    await listen(world, "purchase.attributed")
    key = await api_key(world)
    ann = person(world, "ann")
    await ann.start(WHAT_HELD, await link(world, "ann", "start"))
    await ann.tap(PRICE, WHAT_PRICE)
    await world.rest()
    world.ends_for(ann.chat)
    await world.report(key, type="purchase", id="p-1", order_id="o-1", amount="49.90", prospect={"external_id": "ann"})
    await world.rest()
    await world.later()


# 5


async def three_are_known(world: World) -> None:
    await know(world, "ann", "bob", "cleo")


async def no_more(world: World) -> None:
    ann, bob, cleo = (person(world, name) for name in ("ann", "bob", "cleo"))
    for one, name in ((ann, "ann"), (bob, "bob"), (cleo, "cleo")):
        await one.start(WHAT_HELD, await link(world, name, "start"))
    await world.rest()
    world.ends_for(ann.chat, most=1)
    await ann.user.say("/stop")
    await bob.user.say("/forget")
    await bob.sees("Shall we delete everything", again="/forget")
    await world.rest()
    world.ends_for(bob.chat, most=1)
    await bob.tap("Yes, delete it")
    key = await api_key(world)
    world.erased |= {bob.user.id, cleo.user.id}
    world.ends_for(cleo.chat)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "forget-cleo"}
    await world.send("DELETE", "/api/v1/prospects/cleo", headers=headers)
    await world.later()
    await world.later()
    page = await opened(world, f"/d/{await poster(world)}")
    page = await press(world, page, PRICE, WHAT_PRICE, source="door")
    await world.rest()
    came = int(await world.value("SELECT prospect_id FROM identities WHERE kind = 'visitor'"))
    page = await opened(world, f"/u/{await link(world, came, 'preferences')}")
    await press(world, page, "Stop all messages", "You will receive no more messages.")
    await world.rest()


# 6


async def takes_over(world: World) -> None:
    csrf = await signed_in(world)
    ann = person(world, "ann")
    await ann.start(WHAT_HELD, await link(world, "ann", "start"))
    await ann.tap(PRICE, WHAT_PRICE)
    await world.rest()
    talk = f"/console/conversations/{await world.value('SELECT uid FROM conversations')}"
    for number, (act, text) in enumerate((("take", ""), ("say", "Good day, this is Eva."), ("release", ""))):
        form = {"csrf_token": csrf, "form": f"form-{number:04}", "text": text}
        same = {"sec-fetch-site": "same-origin"}
        answer = await world.send("POST", f"{talk}/{act}", data=form, headers=same, follow_redirects=False)
        assert answer.headers["location"].startswith(talk), answer.headers
        world.posted["staff"] += 1
        await world.rest()
    await ann.sees(WHAT_PRICE)
    await ann.tap("Talk to a person")
    await world.rest()


# 7


async def changes(world: World) -> None:
    ann = person(world, "ann")
    await ann.start(WHAT_HELD, await link(world, "ann", "start"))
    await ann.sees(WHAT_HELD)
    other = next(button for button in ann.user.last.buttons if button.label == "Will it fit or suit me?")
    first = ann.user.last.message_id
    await ann.tap(PRICE, WHAT_PRICE)
    await world.rest()
    await ann.user.press(str(other.data), first)
    await ann.sees("What are you unsure about")
    await ann.user.say("/language")
    await ann.sees("Which language do you prefer?", again="/language")
    await world.rest()
    await ann.tap("Español", "¿Sobre qué tiene dudas?")
    await world.rest()
    await ann.user.tap(0)
    await world.rest()
    before = len(ann.user.chat)
    await ann.user.say("/offer")
    await world.rest()
    assert len(ann.user.chat) > before


SCENARIOS: Final = (
    Scenario(
        "newcomer",
        "somebody nobody knew starts the bot, answers and is given a code",
        newcomer,
        {
            "answers": ["ann barrier=price", "ann price=up_to_10", "ann solved=yes"],
            "offers": ["ann discount_10"],
            "talks": ["ann ended helped v1"],
            "edits": [],
        },
        codes,
    ),
    Scenario(
        "mail and page",
        "a cart is left, a mail asks, the survey page is answered to the end",
        by_mail,
        {
            "answers": ["bea barrier=price", "bea price=up_to_10", "bea solved=yes"],
            "offers": ["bea discount_10"],
            "talks": ["bea ended helped v1"],
            "campaigns": ["barriers running"],
        },
        codes,
    ),
    Scenario(
        "silence",
        "a question stays unanswered: one reminder, one mail, then peace",
        silence,
        {"answers": [], "talks": ["ann ended silent v1"], "timers": [], "edits": []},
        ann_is_known,
    ),
    Scenario(
        "purchase",
        "they buy in the middle of the conversation",
        purchase,
        {
            "answers": ["ann barrier=price"],
            "offers": [],
            "talks": ["ann ended bought v1"],
            "purchases": ["o-1 known"],
            "webhooks": ["purchase.attributed delivered"],
            "timers": [],
        },
        ann_is_known,
    ),
    Scenario(
        "no more",
        "one says stop, one has everything deleted, one is erased by the shop",
        no_more,
        {
            "answers": ["nobody barrier=price"],
            "talks": ["ann ended stopped v1", "nobody ended stopped v1"],
            "agreed": ["ann email no", "ann telegram no", "nobody email no", "nobody telegram no"],
            "timers": [],
        },
        three_are_known,
    ),
    Scenario(
        "a person takes over",
        "staff take over, write and hand back; later they are asked for a person",
        takes_over,
        {
            "answers": ["ann barrier=price"],
            "talks": ["ann held v1"],
            "edits": [],
        },
        ann_is_known,
    ),
    Scenario(
        "second thoughts",
        "an answer is changed, the language too, and the offer is asked for once more",
        changes,
        {
            "answers": ["ann barrier=fit", "ann barrier=price (before)", "ann fit=size"],
            "offers": ["ann sample"],
            "talks": ["ann asking v1"],
            "tasks": ["ann callback open"],
            "edits": [],
        },
        ann_is_known,
        repeats=True,
    ),
)
