/* Reads a query as far as completion needs it: what may stand at a place, and which classes a thing is of. */

const TOKEN = new RegExp(
  [
    '(?<space>[\\s]+|#[^\\n]*)',
    '(?<iri><[^<>"{}|^`\\\\\\s]*>)',
    '(?<text>"""[^]*?"""|\'\'\'[^]*?\'\'\'|"(?:[^"\\\\\\n]|\\\\.)*"|\'(?:[^\'\\\\\\n]|\\\\.)*\')',
    '(?<variable>[?$][\\p{L}\\p{N}_]+)',
    '(?<name>[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_.-]*[\\p{L}\\p{N}_-])?:(?:[\\p{L}\\p{N}_:%](?:[\\p{L}\\p{N}_.:%-]*[\\p{L}\\p{N}_:%-])?)?|:[\\p{L}\\p{N}_:%-]+)',
    "(?<word>[\\p{L}@][\\p{L}\\p{N}_-]*)",
    "(?<number>[+-]?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)",
    "(?<sign>[^])",
  ].join("|"),
  "uy",
);

/* Return the parts of a query, without space and comments; `all` keeps those too. */
export function tokens(text, all = false) {
  const found = [];
  TOKEN.lastIndex = 0;
  for (let match; TOKEN.lastIndex < text.length && (match = TOKEN.exec(text)); ) {
    const [kind, string] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    if (all || kind !== "space") found.push({kind, string, start: match.index, end: match.index + string.length});
  }
  return found;
}

export function prefixesOf(text) {
  const found = {};
  const parts = tokens(text);
  parts.forEach((part, place) => {
    if (/^prefix$/i.test(part.string) && parts[place + 1]?.kind === "name" && parts[place + 2]?.kind === "iri") {
      found[parts[place + 1].string.slice(0, -1)] = parts[place + 2].string.slice(1, -1);
    }
  });
  return found;
}

const full = (part, prefixes) => {
  if (part.kind === "iri") return part.string.slice(1, -1);
  if (part.kind !== "name") return null;
  const colon = part.string.indexOf(":");
  const space = prefixes[part.string.slice(0, colon)];
  return space === undefined ? null : space + part.string.slice(colon + 1);
};

const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const STATEMENT_WORDS = /^(where|optional|union|minus|graph|exists|not|filter|bind|values|select|construct|describe|ask|distinct|reduced|from|named|order|group|by|having|limit|offset|asc|desc|as|prefix|base|service|silent|undef)$/i;

/* Walk through the statements, and tell `each` of every token what is known there. */
function walk(parts, each) {
  let state = {role: "subject", subject: null, property: null};
  const outer = [];
  let round = 0; /* inside (...): a filter, or a list */
  for (const part of parts) {
    each(part, state, round);
    const sign = part.kind === "sign" ? part.string : "";
    if (sign === "(") round += 1;
    else if (sign === ")") round = Math.max(0, round - 1);
    else if (round) continue;
    else if (sign === "{") {
      outer.push(state);
      state = {role: "subject", subject: null, property: null};
    } else if (sign === "}") {
      outer.pop();
      state = {role: "subject", subject: null, property: null};
    } else if (sign === "[") {
      outer.push(state);
      state = {role: "property", subject: `[${part.start}`, property: null};
    } else if (sign === "]") {
      const inner = state.subject;
      const before = outer.pop() ?? {role: "subject", subject: null, property: null};
      state = before.role === "object" ? {...before, role: "end"} : {role: "property", subject: inner, property: null};
    } else if (sign === ".") state = {role: "subject", subject: null, property: null};
    else if (sign === ";") state = {role: "property", subject: state.subject, property: null};
    else if (sign === ",") state = {...state, role: "object"};
    else if ("/|^".includes(sign || "x") && state.role !== "subject") {
      /* Along a path the thing is another one, of which nothing is known. */
      state = {role: "property", subject: sign === "/" ? null : state.subject, property: null, begun: state.begun ?? state.subject};
    } else if (sign) continue;
    else if (part.kind === "word" && STATEMENT_WORDS.test(part.string)) state = {role: "subject", subject: null, property: null};
    else if (state.role === "subject") state = {role: "property", subject: part.string, property: null};
    else if (state.role === "property") state = {...state, role: "object", subject: state.begun ?? state.subject, property: part};
    else if (state.role === "object") state = {...state, role: "end"};
  }
  return {...state, round};
}

/* Return the classes that a query says a thing is of, as the thing is written in it. */
function classesOf(parts, thing, prefixes) {
  const found = new Set();
  walk(parts, (part, state, round) => {
    if (round || state.role !== "object" || state.subject !== thing) return;
    const type = state.property?.string === "a" || full(state.property, prefixes) === TYPE;
    const iri = type && full(part, prefixes);
    if (iri) found.add(iri);
  });
  return [...found];
}

/* Return what may stand at a place in a query: {role, typed, from, classes, property}.

The role is "class", "property", "value", or "" where nothing of ours may stand; typed is what stands there up to the
place, and begins at from. */
export function place(text, at) {
  const prefixes = prefixesOf(text);
  const last = tokens(text.slice(0, at), true).at(-1);
  /* In a comment, a text or a variable nothing of ours may stand. */
  if (last && (last.string.startsWith("#") || last.kind === "text" || last.kind === "variable")) return {role: ""};
  if (tokens(text.slice(0, at)).some((part) => part.kind === "sign" && "\"'".includes(part.string))) return {role: ""};
  const unclosed = /<[^<>"{}|^`\\\s]*$/.exec(text.slice(0, at));
  const typing = last?.kind === "name" || last?.kind === "word";
  const typed = unclosed ? unclosed[0] : typing ? last.string : "";
  const from = at - typed.length;
  const state = walk(tokens(text.slice(0, from)), () => {});
  if (state.round) return {role: ""};
  if (state.role === "property") {
    return {role: "property", typed, from, classes: state.subject ? classesOf(tokens(text), state.subject, prefixes) : []};
  }
  if (state.role === "object") {
    const property = full(state.property, prefixes);
    if (state.property.string === "a" || property === TYPE) return {role: "class", typed, from, classes: []};
    return {role: "value", typed, from, classes: [], property};
  }
  return {role: ""};
}
