"""The editor: a form that works without scripts, and with them an editor that knows the graph and asks nobody else."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from browsing import Watched, watching
from conftest import ROOT, missing
from served import CKG, Server, serving

from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.server.completion import examples

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ONTOLOGY = "https://w3id.org/clusterkg/ontology#"
HTML = "text/html"
CHAINS = f"{CKG}SELECT * {{\n  ?x a ckg:ValueChain ;\n     "


@pytest.fixture(scope="module")
def terms(served: Server) -> Any:
    return served.get("/editor/terms.json").json()


@pytest.fixture(scope="module")
def edited(browser: "Browser", served: Server) -> Iterator[Watched]:
    """The editor in a browser, with its scripts at work."""
    with watching(browser, served) as watched:
        watched.page.goto("/editor")
        watched.page.wait_for_selector("html[data-editor=ready]")
        yield watched
        assert watched.outside == []


def write(page: "Page", text: str) -> None:
    """Put a query into the editor, with the cursor at its end."""
    page.evaluate("text => { editor.text = text; editor.yasqe.execCommand('goDocEnd') }", text)


def offered(page: "Page") -> list[str]:
    """Return what Ctrl-Space offers, by name."""
    page.keyboard.press("Escape")
    page.evaluate("editor.yasqe.focus()")
    page.keyboard.press("Control+Space")
    page.get_by_role("listbox", name="What may stand here").wait_for()
    return page.locator(".CodeMirror-hint > span:first-child").all_inner_texts()


def answered(page: "Page") -> str:
    """Ask with the keyboard and return what the status says."""
    page.evaluate("editor.results.tell('')")
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "() => !['', 'Asking …'].includes(document.querySelector('#results [role=status]').textContent)"
    )
    return page.locator("#results [role=status]").inner_text()


def test_the_form_holds_the_query_of_the_address_escaped(served: Server) -> None:
    page = served.get(f"/editor?query={quote('ASK {} # </textarea><script>alert(1)</script>')}", HTML)
    assert page.status == 200
    assert "ASK {} # &lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in page.text
    assert "alert(1)</script>" not in page.text


def test_a_query_that_begins_with_a_new_line_keeps_it(served: Server) -> None:
    assert '"off">\n\nASK {}</textarea>' in served.get("/editor?query=%0AASK%20%7B%7D", HTML).text


def test_a_long_query_has_room_in_the_address_and_one_beyond_it_is_refused(served: Server) -> None:
    assert served.get(f"/editor?query={'x' * 60_000}", HTML).status == 200
    longer = served.get(f"/editor?query={'x' * 60_001}")
    assert (longer.status, longer.text) == (400, "query: is longer than 60,000 signs; write less\n")
    beyond = served.get(f"/editor?query={'x' * 70_000}")
    assert (beyond.status, beyond.text) == (414, "the address is longer than 65,535 bytes; send a query by POST\n")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("example=start/case-studies", "example=start/case-studies: is none of its values; did you mean"),
        ("example=../../etc/passwd", "is none of its values"),
        ("quary=x", "quary: is no parameter of this page; did you mean 'query'?"),
        ("query=a&query=b", "query: is given twice; give it once"),
    ],
)
def test_what_the_editor_does_not_know_is_said_in_a_line(served: Server, address: str, said: str) -> None:
    answer = served.get(f"/editor?{address}")
    assert answer.status == 400
    assert said in answer.text


def test_an_example_is_shown_and_chosen_without_scripts(served: Server) -> None:
    page = served.get("/editor?example=start/graph", HTML).text
    assert '<option value="start/graph" selected>' in page
    assert "DESCRIBE &lt;https://w3id.org/clusterkg/case/giuliani2005/leon-footwear&gt;" in page


def test_a_browser_that_asks_the_endpoint_nothing_gets_the_editor(served: Server) -> None:
    answer = served.get("/sparql", "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (answer.status, answer.headers["location"]) == (303, "/editor")


@pytest.mark.slow
def test_every_example_runs_as_it_is(kg: KnowledgeGraph) -> None:
    found = examples()
    assert {"To begin with", "Ready questions", "Tables of the study"} == {one.kind for one in found}
    assert len({one.name for one in found}) == len(found) > 70
    for one in found:
        assert one.summary
        assert "#+" not in one.text
        if one.text.startswith("DESCRIBE"):
            assert kg.graph.serialize(one.text, "ttl")
        else:
            assert kg.graph.run(one.text, one.name).columns


def test_the_terms_are_counted_from_the_graph(terms: Any, served: Server) -> None:
    assert terms["prefixes"]["ckg"] == ONTOLOGY
    classes = {one["iri"]: one for one in terms["classes"]}
    asked = served.ask(f"{CKG}SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a ckg:ValueChain }}", "text/csv")
    assert classes[f"{ONTOLOGY}ValueChain"]["count"] == int(asked.text.split()[1])
    assert classes[f"{ONTOLOGY}ValueChain"]["label"] == "Value chain"
    assert classes[f"{ONTOLOGY}Actor"]["comment"].startswith("A firm, buyer, association")
    governed = next(one for one in terms["properties"] if one["iri"] == f"{ONTOLOGY}governedBy")
    assert governed["classes"][0] == f"{ONTOLOGY}ValueChain"
    assert f"{ONTOLOGY}CaseStudy" not in governed["classes"]
    assert [one["label"] for one in governed["values"]] == ["Hierarchy", "Market", "Network", "Quasi-hierarchy"]
    assert all(one["iri"].startswith(("http://", "https://")) for one in terms["classes"])


CASE, CHAIN = f"{ONTOLOGY}CaseStudy", f"{ONTOLOGY}ValueChain"

PLACES = {
    # What is written, the cursor at @: what may stand there, what is typed, the classes of the thing.
    "?x @": ("property", "", []),
    "?x a ckg:CaseStudy ; @": ("property", "", [CASE]),
    "?x a ckg:CaseStudy . ?x ckg:na@ ?name": ("property", "ckg:na", [CASE]),
    "?x ckg:name ?name ; @ . ?x a ckg:CaseStudy": ("property", "", [CASE]),
    "?x a ckg:CaseStudy , ckg:ValueChain ; @": ("property", "", [CASE, CHAIN]),
    "?x a <https://w3id.org/clusterkg/ontology#CaseStudy> ; @": ("property", "", [CASE]),
    "?x rdf:type ckg:CaseStudy ; @": ("property", "", [CASE]),
    "?y a ckg:CaseStudy . ?x @": ("property", "", []),
    "?x a ckg:CaseStudy ; ckg:hasChain [ a ckg:ValueChain ; @ ]": ("property", "", [CHAIN]),
    "?x a ckg:CaseStudy ; ckg:hasChain [ a ckg:ValueChain ] ; @": ("property", "", [CASE]),
    "?x a ckg:CaseStudy ; ckg:hasChain/@": ("property", "", []),
    "?x a ckg:CaseStudy ; ckg:hasChain/ckg:scope ?s ; @": ("property", "", [CASE]),
    "?x a ckg:CaseStudy ; ^@": ("property", "", [CASE]),
    "?x a ckg:CaseStudy . OPTIONAL { ?x @ }": ("property", "", [CASE]),
    "?x a ckg:CaseStudy FILTER(?x != ckg:y) ?x @": ("property", "", [CASE]),
    "?x ckg:score 1.5 ; @": ("property", "", []),
    "?x a @": ("class", "", []),
    "?x a ckg:Ca@": ("class", "ckg:Ca", []),
    "?x a <https://w3@": ("class", "<https://w3", []),
    "?x ckg:governedBy @": ("value", "", []),
    "?x ckg:governedBy mode:ma@": ("value", "mode:ma", []),
    "?x ckg:note 'a ; b' ; @": ("property", "", []),
    "# ?x a ckg:CaseStudy\n?x @": ("property", "", []),
    "# ?x @": ("", None, None),
    "?x ckg:note 'a ; @": ("", None, None),
    "?x@": ("", None, None),
    "FILTER(?x = @": ("", None, None),
    "@": ("", None, None),
}


def test_what_may_stand_at_a_place_follows_from_what_is_written() -> None:
    if shutil.which("node") is None:
        missing("node", "apt install nodejs")
    spaces = f"PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n{CKG}SELECT * WHERE {{\n"
    asked = [(spaces + text.replace("@", "") + "\n}", len(spaces) + text.index("@")) for text in PLACES]
    script = (
        "import {readFileSync} from 'node:fs';"
        f"import {{place}} from {json.dumps((ROOT / 'web/src/editor/reading.js').as_uri())};"
        "const told = JSON.parse(readFileSync(0, 'utf8')).map(([text, at]) => place(text, at));"
        "console.log(JSON.stringify(told));"
    )
    command = ["node", "--no-warnings", "--input-type=module", "--eval", script]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=60, check=True)
    told = [(one["role"], one.get("typed"), one.get("classes")) for one in json.loads(done.stdout)]
    assert dict(zip(PLACES, told, strict=True)) == PLACES


def test_without_scripts_an_example_is_shown_and_asked(browser: "Browser", served: Server) -> None:
    with watching(browser, served, scripts=False) as watched:
        page = watched.page
        page.goto("/editor")
        page.get_by_label("Example").select_option("start/cases")
        page.get_by_role("button", name="Show").click()
        assert "ckg:CaseStudy" in page.get_by_label("Query").input_value()
        page.get_by_label("as", exact=True).select_option("json")
        assert watched.faults == []
        page.get_by_role("button", name="Ask").click()
        page.wait_for_url("**/sparql")
        assert '"bindings"' in page.content()
        assert watched.outside == []


def test_a_property_is_offered_where_things_of_the_class_have_it(edited: Watched, terms: Any) -> None:
    write(edited.page, CHAINS)
    found = offered(edited.page)
    assert "ckg:governedBy" in found
    assert "ckg:functionalUpgrading" not in found
    kinds = {one["iri"]: one["classes"] for one in terms["properties"]}
    prefixes = terms["prefixes"]
    for name in found:
        prefix, _, local = name.partition(":")
        assert f"{ONTOLOGY}ValueChain" in kinds[prefixes[prefix] + local], name


def test_a_property_of_any_class_is_offered_where_none_is_told(edited: Watched) -> None:
    write(edited.page, f"{CKG}SELECT * {{ ?x ckg:func")
    assert "ckg:functionalUpgrading" in offered(edited.page)
    # A label finds it too, and nothing else does.
    write(edited.page, f"{CKG}SELECT * {{ ?x governed")
    assert offered(edited.page) == ["ckg:governedBy"]


def test_a_value_is_offered_and_its_prefix_declared(edited: Watched) -> None:
    page = edited.page
    write(page, f"{CHAINS}ckg:governedBy ")
    assert offered(page) == ["mode:hierarchy", "mode:market", "mode:network", "mode:quasi-hierarchy"]
    page.keyboard.type("net")
    page.wait_for_function("() => document.querySelectorAll('.CodeMirror-hint').length === 1")
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    text = page.evaluate("editor.text")
    assert text.startswith("PREFIX mode: <https://w3id.org/clusterkg/concept/governance-mode/>\nPREFIX ckg:")
    assert text.endswith("ckg:governedBy mode:network }")
    assert answered(page).startswith("12 rows in ")


def test_a_class_is_offered_after_a_and_nothing_inside_a_text(edited: Watched) -> None:
    page = edited.page
    write(page, f"{CKG}SELECT * {{ ?x a ckg:Quasi")
    found = offered(page)
    # What begins so comes before what has it within.
    assert found[:2] == ["ckg:QuasiHierarchicalChain", "ckg:QuasiHierarchicalGlobalChain"]
    assert found[2:] == ["ckg:CaseInQuasiHierarchicalGlobalChain"]
    page.keyboard.press("Escape")
    write(page, f'{CKG}SELECT * {{ ?x ckg:evidence "the ')
    page.keyboard.press("Control+Space")
    page.wait_for_timeout(300)
    assert page.locator(".CodeMirror-hint").count() == 0


def test_a_prefix_is_offered_from_ours_alone(edited: Watched, terms: Any) -> None:
    write(edited.page, "PREFIX ")
    edited.page.keyboard.type("s")
    found = edited.page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('.CodeMirror-hint')].map(one => one.textContent);"
        " return all.length && all }"
    ).json_value()
    ours = {f"{name}: <{space}>" for name, space in terms["prefixes"].items()}
    assert set(found) <= ours
    assert "skos: <http://www.w3.org/2004/02/skos/core#>" in found


def test_rows_lead_to_pages_here_and_numbers_stand_right(edited: Watched) -> None:
    page = edited.page
    write(page, f"{CKG}SELECT ?case ?score {{ ?case a ckg:CaseStudy ; ckg:productUpgrading ?score }} ORDER BY ?case")
    assert " rows in " in answered(page)
    first = page.locator("#results tbody tr").first
    assert first.locator("a").get_attribute("href") == "/page/case/giuliani2005/baja-california-audio-visual"
    assert first.locator("a").inner_text() == "case/giuliani2005/baja-california-audio-visual"
    assert first.locator("td").nth(1).get_attribute("class") == "number"
    assert page.locator("#results a", has_text="csv").get_attribute("href").startswith("/sparql?query=PREFIX")


def test_markup_in_an_answer_stays_text(edited: Watched) -> None:
    page = edited.page
    write(page, 'SELECT ?x { VALUES ?x { "<img src=x onerror=alert(1)>" <javascript:alert(1)> } }')
    assert answered(page).startswith("2 rows")
    assert page.locator("#results td").all_inner_texts() == ["<img src=x onerror=alert(1)>", "javascript:alert(1)"]
    assert page.locator("#results td img, #results td a").count() == 0


def test_many_rows_are_shown_part_by_part(edited: Watched) -> None:
    page = edited.page
    write(page, "SELECT ?s { ?s ?p ?o } LIMIT 450")
    assert answered(page).startswith("450 rows")
    assert page.locator("#results tbody tr").count() == 200
    page.get_by_role("button", name="Show 200 more of 250 rows").click()
    page.get_by_role("button", name="Show 50 more of 50 rows").click()
    assert page.locator("#results tbody tr").count() == 450


def test_an_answer_that_is_too_large_for_a_page_is_offered_as_a_file(edited: Watched) -> None:
    page = edited.page
    write(page, "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 5000")
    usual = page.evaluate("editor.largest")
    page.evaluate("editor.largest = 500_000")
    assert answered(page).startswith("The answer is larger than 0.5 MB, which is too much for a page: ask for less")
    page.evaluate("most => editor.largest = most", usual)
    assert page.locator("#results tbody tr").count() == 0
    assert page.locator("#results a", has_text="csv").count() == 1


def test_yes_no_and_statements_have_answers_too(edited: Watched) -> None:
    page = edited.page
    write(page, f"{CKG}ASK {{ ?x a ckg:ValueChain }}")
    assert answered(page).startswith("Yes in ")
    write(page, "DESCRIBE <https://w3id.org/clusterkg/case/giuliani2005/leon-footwear>")
    assert answered(page).startswith("Statements in ")
    assert "a ckg:CaseStudy" in page.locator("#results pre").inner_text()


def test_an_example_and_a_link_bring_a_query_back(edited: Watched) -> None:
    page = edited.page
    page.get_by_label("Example").select_option("start/classes")
    text = page.evaluate("editor.text")
    assert text.startswith("PREFIX rdfs:")
    page.reload()
    page.wait_for_selector("html[data-editor=ready]")
    assert page.evaluate("editor.text") == text


def test_the_keyboard_gets_in_and_out_of_the_editor(edited: Watched) -> None:
    page = edited.page
    page.get_by_label("Example").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "SPARQL query"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ask"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "example"


def test_so_far_the_browser_had_nothing_to_complain_of(edited: Watched) -> None:
    assert edited.faults == []


def test_a_fault_is_told_in_its_line_and_the_cursor_goes_there(edited: Watched) -> None:
    page = edited.page
    write(page, "SELECT * {\n  ?s ?p ?? }")
    assert answered(page) == "query:2: does not parse before '}': expected OPTIONAL; look at column 11"
    assert page.evaluate("[editor.yasqe.getCursor().line, editor.yasqe.getCursor().ch]") == [1, 10]
    # The browser itself notes in its console that the service refused.
    assert [fault for fault in edited.faults if "400" not in fault] == []


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole(browser: "Browser", tmp_path: Path) -> None:
    with (
        serving(tmp_path, "--timeout", "4", "--workers", "1", "--max-rows", "99999999") as server,
        watching(browser, server) as watched,
    ):
        page = watched.page
        page.goto("/editor")
        page.wait_for_selector("html[data-editor=ready]")
        page.evaluate("editor.largest = Infinity")
        write(page, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
        # A slow machine has nothing to send before the time is over.
        assert answered(page).startswith(("The answer broke off before its end", "query: takes longer than 4 seconds"))
        assert page.locator("#results tbody tr").count() == 0


def test_a_query_can_be_stopped(edited: Watched) -> None:
    page = edited.page
    write(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_function("() => document.querySelector('#results [role=status]').textContent === 'Stopped.'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_fits_a_phone(browser: "Browser", served: Server, scheme: str) -> None:
    with watching(browser, served, width=360, height=740, scheme=scheme) as watched:
        page = watched.page
        page.goto("/editor?example=start/cases")
        page.wait_for_selector("html[data-editor=ready]")
        page.get_by_role("button", name="Ask").click()
        page.wait_for_selector("#results tbody tr")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        paper = page.evaluate("getComputedStyle(document.querySelector('.CodeMirror')).backgroundColor")
        assert paper == page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (watched.faults, watched.outside) == ([], [])
