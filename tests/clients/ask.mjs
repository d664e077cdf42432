// Asks a query of sources with Comunica and writes what comes as JSON, terms as N-Triples has them.
import { QueryEngine } from "@comunica/query-sparql";

const { query, sources } = JSON.parse(process.argv[2]);
const written = (term) => {
  if (term.termType !== "Literal") return term.termType === "BlankNode" ? `_:${term.value}` : `<${term.value}>`;
  return term.language ? `"${term.value}"@${term.language}` : `"${term.value}"^^<${term.datatype.value}>`;
};
const result = await new QueryEngine().query(query, { sources });
const answer = await result.execute();
const found = [];
if (result.resultType === "bindings") {
  for await (const row of answer) found.push(Object.fromEntries([...row].map(([name, term]) => [name.value, written(term)])));
} else if (result.resultType === "quads") {
  for await (const { subject, predicate, object } of answer) found.push([subject, predicate, object].map(written));
}
console.log(JSON.stringify(result.resultType === "boolean" ? answer : found));
