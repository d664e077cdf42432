"""The formatter: before and after, and what it refuses rather than loses."""

from pathlib import Path
from textwrap import dedent

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterkg.errors import FileError, TurtleError
from clusterkg.prefixes import house_prefixes
from clusterkg.turtle import format_file, format_text, read_text, write_atomically


def formatted(text: str) -> str:
    return format_text(dedent(text), "case.ttl", house_prefixes())


def test_a_case_is_written_in_the_house_order() -> None:
    before = """\
        # Why this case is odd.
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix unused: <http://example.org/> .
        @prefix c: <https://w3id.org/clusterkg/ontology#> .
        @base <https://w3id.org/clusterkg/case/s/x> .
        <#product-upgrading> c:locator "p. 2" ; c:score 3.0 ; a c:Rating ; c:case <> .
        <> skos:prefLabel "Equis"@es, "X"@en ; c:feedsInto <#chain-10>, <#chain-2> ; a c:CaseStudy .
        """
    after = """\
        # Why this case is odd.

        @base <https://w3id.org/clusterkg/case/s/x> .
        @prefix c: <https://w3id.org/clusterkg/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .

        <>
            a c:CaseStudy ;
            skos:prefLabel
                "X"@en ,
                "Equis"@es ;
            c:feedsInto
                <#chain-2> ,
                <#chain-10> .

        <#product-upgrading>
            a c:Rating ;
            c:case <> ;
            c:score 3.0 ;
            c:locator "p. 2" .
        """
    assert formatted(before) == dedent(after)


def test_formatting_twice_changes_nothing_more() -> None:
    once = formatted("@prefix ex: <http://example.org/> . ex:b a ex:C . ex:a a [ a ex:D ] .")
    assert formatted(once) == once


def test_class_expressions_and_lists_keep_their_brackets() -> None:
    out = formatted(
        """\
        @prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        ex:C owl:equivalentClass [ owl:intersectionOf ( ex:A [ a owl:Restriction ; owl:onProperty ex:p ] ) ] ;
            ex:none () .
        """
    )
    assert "owl:intersectionOf ( ex:A [ a owl:Restriction ; owl:onProperty ex:p ] )" in out
    assert "ex:none ()" in out


def test_literals_keep_the_form_they_are_written_in() -> None:
    out = formatted('@prefix ex: <http://example.org/> . ex:a ex:p 3.0, 1.50, 007, "x\\ty", "l1\\nl2", "q\\"" .')
    for kept in ("3.0", "1.50", "007", '"x\\ty"', '"""l1\nl2"""', '"q\\""'):
        assert kept in out


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("@prefix ex: <http://e/> .\nex:a ex:p ex:b .\n# lost\n", "f.ttl:3: a comment below the top"),
        ("@prefix ex: <http://e/> .\nex:a ex:p [ ex:q 1 ] # lost\n.", "f.ttl:2: a comment below the top"),
        ("@prefix ex: <http://e/> .\nex:a ex:p _:b . ex:c ex:p _:b .", "f.ttl: a blank node is used twice"),
        ("@prefix ex: <http://e/> .\n_:a ex:p _:b . _:b ex:p _:a .", "f.ttl: a blank node is used twice"),
        ("@prefix ex: <http://e/> .\nex:a ex:p ex:b", "f.ttl:2: not Turtle"),
        (
            "@prefix ex: <http://e/> .\nex:a ckg:score 3.0 .",
            "f.ttl:2: prefix 'ckg:' is not declared; add '@prefix ckg:",
        ),
        ("@prefix ex: <http://e/> .\nex:a skoss:note 3.0 .", "prefix 'skoss:' is not declared; did you mean 'skos'?"),
    ],
)
def test_what_cannot_be_written_anew_is_refused_with_its_place(text: str, fault: str) -> None:
    with pytest.raises(TurtleError) as caught:
        format_text(text, "f.ttl", house_prefixes())
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '@prefix ex: <http://e/> . ex:a ex:p "# not a comment" .',
        "@prefix ex: <http://e/#> . ex:a ex:p ex:b .",
        "@prefix ex: <http://e/> . ex:a ex:p '''# nor\n# this''' .",
    ],
)
def test_a_hash_inside_an_iri_or_string_is_no_comment(text: str) -> None:
    assert format_text(text)


def test_check_tells_and_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("@prefix ex: <http://e/> . ex:a a ex:B .", encoding="utf-8")
    assert format_file(str(path), {}, check=True)
    assert path.read_text(encoding="utf-8").startswith("@prefix ex: <http://e/> . ex:a")
    assert format_file(str(path), {})
    assert not format_file(str(path), {}, check=True)


def test_windows_line_ends_and_byte_order_mark_are_brought_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b"\xef\xbb\xbf@prefix ex: <http://e/> .\r\n\r\nex:a\r\n    a ex:B .\r\n")
    assert format_file(str(path), {})
    assert path.read_bytes() == b"@prefix ex: <http://e/> .\n\nex:a\n    a ex:B .\n"


def test_a_file_that_is_not_utf8_is_named_with_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes("São".encode("latin-1"))
    with pytest.raises(FileError, match="not UTF-8 at byte 1"):
        read_text(str(path))


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "folder.ttl"
    folder.mkdir()
    with pytest.raises(FileError, match="cannot be written"):
        write_atomically(str(folder), "x")
    assert list(tmp_path.iterdir()) == [folder]


names = st.sampled_from(["a", "b", "c-d", "e.f", "g/h", "10", "2", "ñ", "x y"])
iris = names.map(lambda name: ox.NamedNode("http://example.org/" + name.replace(" ", "%20")))
literals = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(ox.Literal),
    st.text("abc", max_size=4).map(lambda text: ox.Literal(text, language="en")),
    st.decimals(-5, 5, places=2).map(
        lambda n: ox.Literal(str(n), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    ),
    st.integers(-9, 9).map(ox.Literal),
    st.booleans().map(ox.Literal),
)


@given(st.lists(st.tuples(iris, iris, st.one_of(iris, literals)), max_size=12))
def test_any_graph_keeps_its_meaning_and_settles_at_once(
    statements: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]],
) -> None:
    triples = [ox.Triple(*statement) for statement in statements]
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).decode()
    out = format_text(text)
    assert {quad.triple for quad in ox.parse(out.encode(), format=ox.RdfFormat.TURTLE)} == set(triples)
    assert format_text(out) == out
