"""Where webhooks may go: sixty URLs that lead inside are refused, whatever they are wrapped in."""

import pytest

from bot.webhooks.addresses import AddressRefused, is_public, target_of

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "192.168.255.255",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:db8::1",
    "2001:0:1::1",
    "::127.0.0.1",
    "192.0.0.192",
    "fec0::1",
    "nonsense",
]
INSIDE = [
    "https://127.0.0.1/x",
    "https://localhost/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://0/",
    "https://10.0.0.1:8443/",
]
ODD = [
    "file:///etc/passwd",
    "ftp://crm.example.com/",
    "gopher://crm.example.com/",
    "javascript:alert(1)",
    "//crm.example.com/",
    "crm.example.com",
    "https://",
    "https:///x",
    "https://user:word@crm.example.com/",
    "https://@crm.example.com/",
    "https://crm.example.com:99999/",
    "https://crm.example.com/#there",
    "http://crm.example.com/",
    "https://[::1",
    "https://crm.exämple.com/",
    "https://crm.example.com\\@127.0.0.1/",
    "data:text/plain,x",
]


async def outside(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_public_internet_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", INSIDE)
async def test_an_url_that_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await target_of(url)


@pytest.mark.parametrize(
    "url", [*ODD, "https://crm.example.com/ x", "https://crm.example.com/\n", f"https://x/{'a' * 2000}"]
)
async def test_an_odd_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await target_of(url, look=outside)


async def test_one_private_address_among_others_is_enough_to_refuse() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(AddressRefused, match="private network"):
        await target_of("https://crm.example.com/", look=mixed)


async def test_what_was_checked_is_what_is_connected_to() -> None:
    answers = iter((["93.184.216.34"], ["127.0.0.1"]))

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    target = await target_of("https://crm.example.com/hooks?a=1", look=rebinding)
    assert target.url == "https://93.184.216.34:443/hooks?a=1"
    assert (target.host, target.authority) == ("crm.example.com", "crm.example.com")
    with pytest.raises(AddressRefused):
        await target_of("https://crm.example.com/hooks?a=1", look=rebinding)


async def test_private_addresses_are_let_in_only_by_the_setting() -> None:
    target = await target_of("http://127.0.0.1:8080/in", private=True)
    assert target.url == "http://127.0.0.1:8080/in"
