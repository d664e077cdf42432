"""What pages bring with them: each file is what its list says, asks nobody else, and can be built again."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from conftest import ROOT
from served import Server

from clusterkg.errors import UnknownName
from clusterkg.server.assets import FOLDER, address_of, asset, assets

STATIC = Path(FOLDER)
VENDOR = json.loads((STATIC / "VENDOR.json").read_text(encoding="utf-8"))
NOTICES = (STATIC / "THIRD_PARTY_LICENSES.txt").read_text(encoding="utf-8")
LOCK = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]


def test_every_file_is_what_the_list_says_and_there_is_none_besides() -> None:
    for one in VENDOR["files"]:
        data = (STATIC / one["file"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (one["sha256"], one["bytes"]), one["file"]
        if one["file"] != "THIRD_PARTY_LICENSES.txt":
            assert one["file"].split(".")[1] == one["sha256"][:8]
    assert {path.name for path in STATIC.iterdir()} == {one["file"] for one in VENDOR["files"]} | {"VENDOR.json"}


def test_every_package_that_is_shipped_is_locked_and_has_its_licence_in_full() -> None:
    named = {package for one in VENDOR["files"] for package in one["packages"]}
    assert named == {one["name"] for one in VENDOR["packages"]}
    for one in VENDOR["packages"]:
        locked = LOCK[f"node_modules/{one['name']}"]
        assert locked["version"] == one["version"]
        assert locked["integrity"].startswith("sha512-")
        assert not locked.get("dev")
        assert f"\n{one['name']} {one['version']} ({one['licence']})\n{one['source']}\n" in NOTICES, one["name"]
    assert "https://www.naturalearthdata.com" in NOTICES


def test_the_lock_file_names_no_registry() -> None:
    assert not any("resolved" in one for one in LOCK.values())


def test_a_file_comes_at_its_address_for_good(served: Server) -> None:
    for one in assets().values():
        there = served.get(f"/static/{one.file}")
        assert (there.status, there.body) == (200, one.data), one.file
        assert ("immutable" in there.headers["cache-control"]) == one.lasting
        assert served.get(f"/static/{one.file}", if_none_match=there.headers["etag"]).status == 304
        packed = served.get(f"/static/{one.file}", accept_encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.body) == one.data
    script = served.get(address_of("plots.js"))
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    ["plots.js", "plots.00000000.js", "VENDOR.json", "%2e%2e/VENDOR.json", "..%2f__init__.py", "%00", "", "a" * 3000],
)
def test_no_other_name_leads_anywhere(served: Server, name: str) -> None:
    answer = served.get(f"/static/{name}")
    assert answer.status == 404
    if name.startswith("plots"):
        assert address_of("plots.js").rpartition("/")[2] in answer.text


def test_a_name_that_no_page_has_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"^plot\.js: is no file of the pages; did you mean 'plots\.js'\?$"):
        address_of("plot.js")
    with pytest.raises(UnknownName, match=re.escape(address_of("site.js").removeprefix("/static/"))):
        asset("site.js")
