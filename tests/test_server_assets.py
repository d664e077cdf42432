"""What pages bring with them: each file is what its list says, asks nobody else, and can be built again."""

import gzip
import hashlib
import html
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, missing
from served import Server

from clusterkg.errors import UnknownName
from clusterkg.server.assets import FOLDER, address_of, asset, assets
from clusterkg.server.frame import NAVIGATION

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


NAMESPACES = {
    "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/2000/xmlns/",
    "http://www.w3.org/XML/1998/namespace",
}
"""Names that look like addresses, and that no browser fetches: of kinds of elements, and of words in queries."""


def test_no_file_holds_an_address_of_another_host() -> None:
    for one in assets().values():
        if one.name != "THIRD_PARTY_LICENSES.txt":
            text = one.data.decode()
            found = set(re.findall(r"(?:https?:|wss?:|[\"'(`])//[\w-]+\.[^\s\"'`()<>\\]*", text))
            assert found <= NAMESPACES, one.name
            # A style sheet or a template could bring pictures and fonts; there are none.
            assert not re.search(r"\burl\((?![\"']?(?:data:|#))[\"']?\w", text), one.name
            assert "onlyfans" not in text
            assert "lov.linkeddata.es" not in text


def test_no_script_needs_what_the_policy_forbids() -> None:
    for one in assets().values():
        if one.name in ("site.js", "plots.js", "editor.js"):
            text = one.data.decode()
            assert not re.search(r"\beval\(|new Function\(|createElement\([\"']style[\"']\)", text), one.name
            assert not re.search(r"<style|\sstyle=[\"']|setAttribute\([\"']style[\"']", text), one.name


def test_the_licence_expression_names_every_licence_that_is_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = set(project["license"].split(" AND "))
    assert {one["licence"] for one in VENDOR["packages"]} <= named
    assert "clusterkg/server/static/THIRD_PARTY_LICENSES.txt" in project["license-files"]


def weight(served: Server, address: str) -> int:
    """Return the bytes that a page brings over the wire, compressed, with all that it asks for."""
    page = served.get(address, "text/html", accept_encoding="gzip")
    assert page.status == 200, address
    text = gzip.decompress(page.body).decode()
    wanted = set(re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', text))
    if 'data-plot="map"' in text:
        wanted.add(address_of("countries-110m.json"))
    wanted |= set(re.findall(r'data-source="([^"]+)"', text))
    return len(page.body) + sum(len(served.get(html.unescape(one), accept_encoding="gzip").body) for one in wanted)


def test_every_page_but_the_editor_weighs_less_than_150_kilobytes(served: Server) -> None:
    pages = [address for address in NAVIGATION if served.get(address, "text/html").status == 200]
    assert len(pages) > 4
    heavy = {address: size for address in pages if (size := weight(served, address)) > 150_000}
    assert set(heavy) <= {"/editor"}
    assert weight(served, "/editor") < 200_000
    # A page with every kind of figure would not be too heavy either.
    assert sum(len(asset(address_of(name)[8:]).compressed) for name in ("plots.js", "countries-110m.json")) < 145_000


@pytest.mark.slow
def test_building_again_gives_the_same_bytes(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    for name in ("node", "npm"):
        if shutil.which(name) is None:
            missing(name, "apt install nodejs npm")
    lock = hashlib.sha256((ROOT / "web" / "package-lock.json").read_bytes()).hexdigest()[:12]
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("web") / lock
    shutil.copytree(ROOT / "web", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    whole = folder / "whole"
    if not whole.exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=500, check=False)
        if done.returncode:
            missing("web/node_modules", f"npm ci says: {' '.join(done.stderr.split())[:300]}")
        whole.touch()
    built = subprocess.run(
        ["node", "build.mjs", str(tmp_path)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in STATIC.iterdir()
    }, "make assets"
