"""`tocsin task`: first who may not, then what is said."""

from tests.surfaces.cli.terminal import Terminal


async def test_who_may_not(cli: Terminal) -> None:
    await cli("declare", "Checkout answers 500")
    refused = await cli("task", "INC-1", "add", "restart the cache", who="vera", status=1)
    assert "@vera acts as viewer and may not change tasks" in refused.err
    assert (await cli("task", "INC-1", who="vera")).out == (
        'INC-1 has no tasks. tocsin task INC-1 add "TEXT" adds one.\n'
    )


async def test_tasks_are_added_moved_and_listed(cli: Terminal) -> None:
    await cli("declare", "Checkout answers 500")
    assert (await cli("task", "1", "add", "restart the cache", "--owner", "bob")).out == (
        "  1  planned    restart the cache  bob\n"
    )
    assert (await cli("task", "1", "start", "1", who="bob")).out == "  1  under way  restart the cache  bob\n"
    await cli("task", "1", "add", "warn support")
    await cli("task", "1", "assign", "2", "--owner", "me")
    await cli("task", "1", "done", "1")
    assert (await cli("task", "INC-1")).out == (
        "  1  done       restart the cache  bob\n  2  planned    warn support  alice\n"
    )
    assert [each["state"] for each in (await cli("task", "1", "list", "--json")).json()["tasks"]] == ["done", "planned"]


async def test_wrong_usage(cli: Terminal) -> None:
    for words, missing in (
        (("add",), 'tocsin task INC-1 add "restart the cache"'),
        (("done",), "tocsin task INC-1 done 2"),
        (("assign", "2"), "--owner bob"),
    ):
        assert missing in (await cli("task", "INC-1", *words, status=2)).err
