/* Shows an answer: rows as a table, yes or no, statements as text, a fault with its line. */

const AT_ONCE = 200;

const NUMBER = /^http:\/\/www\.w3\.org\/2001\/XMLSchema#(integer|decimal|double|float|int|long|short|nonNegativeInteger|positiveInteger)$/;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

const counted = (number, one) => `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;

export class Results {
  constructor(place, terms) {
    this.place = place;
    this.said = place.querySelector("[role=status]");
    this.body = place.querySelector("[data-body]");
    this.base = terms.base;
    this.spaces = Object.entries(terms.prefixes).sort((a, b) => b[1].length - a[1].length);
    place.hidden = false;
  }

  tell(text, className = "") {
    this.said.textContent = text;
    this.said.className = className;
  }

  large(bytes, query) {
    this.tell(`The answer is larger than ${bytes / 1e6} MB, which is too much for a page: ask for less with LIMIT, or for a file.`, "fault");
    this.body.replaceChildren(this.links(query, ["csv", "tsv", "json", "xml"]));
  }

  wait() {
    this.tell("Asking …");
    this.body.replaceChildren();
  }

  /* A fault is the service's own line; where it names a line of the query the cursor goes there. */
  fault(text, yasqe) {
    let line = text.trim();
    try {
      line = JSON.parse(line).error ?? line;
    } catch {
      /* it is text already */
    }
    this.body.replaceChildren();
    this.tell(line, "fault");
    const where = /^query:(\d+): .*?(?:look at column (\d+))?$/.exec(line);
    if (where) {
      yasqe.setCursor({line: where[1] - 1, ch: (where[2] ?? 1) - 1});
      yasqe.focus();
    }
  }

  show(body, media, seconds, query) {
    const took = ` in ${seconds.toFixed(seconds < 1 ? 2 : 1)} seconds`;
    if (!media.includes("json")) {
      this.tell(`Statements${took}.`);
      this.body.replaceChildren(this.links(query, ["ttl", "nt", "rdf", "jsonld"]), this.text(body));
      return;
    }
    const answer = JSON.parse(body);
    if (answer.boolean !== undefined) {
      this.tell(`${answer.boolean ? "Yes" : "No"}${took}.`);
      this.body.replaceChildren();
      return;
    }
    const columns = answer.head.vars;
    const rows = answer.results.bindings;
    this.tell(`${counted(rows.length, "row")}${took}.`);
    this.body.replaceChildren(this.links(query, ["csv", "tsv", "json", "xml"]), ...(rows.length ? this.table(columns, rows) : []));
  }

  links(query, formats) {
    const line = element("p");
    if (query === null) {
      line.textContent = "This query is too long for an address: choose a format above to download the answer.";
      return line;
    }
    line.append("The same as ");
    formats.forEach((format, place) => {
      const link = element("a", format);
      link.href = `/sparql?query=${encodeURIComponent(query)}&format=${format}`;
      link.rel = "nofollow";
      line.append(place ? " · " : "", link);
    });
    return line;
  }

  text(body) {
    const made = element("pre");
    made.tabIndex = 0;
    made.append(element("code", body));
    return made;
  }

  table(columns, rows) {
    const scroll = element("div", undefined, "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Rows");
    const table = element("table");
    const head = table.createTHead().insertRow();
    head.append(...columns.map((name) => Object.assign(element("th", name), {scope: "col"})));
    const body = table.createTBody();
    scroll.append(table);
    let shown = 0;
    const more = element("button", undefined, "plain");
    more.type = "button";
    const add = () => {
      for (const row of rows.slice(shown, shown + AT_ONCE)) {
        body.insertRow().append(...columns.map((name) => this.cell(row[name])));
      }
      shown = Math.min(rows.length, shown + AT_ONCE);
      more.hidden = shown === rows.length;
      more.textContent = `Show ${Math.min(AT_ONCE, rows.length - shown)} more of ${counted(rows.length - shown, "row")}`;
    };
    more.addEventListener("click", add);
    add();
    return [scroll, more];
  }

  cell(term) {
    const cell = element("td");
    if (!term) return cell;
    if (term.type === "uri") cell.append(this.link(term.value));
    else {
      cell.textContent = term.type === "bnode" ? `_:${term.value}` : term.value;
      if (term["xml:lang"]) cell.lang = term["xml:lang"];
      if (NUMBER.test(term.datatype ?? "")) cell.className = "number";
      else if (term.datatype) cell.title = this.short(term.datatype);
    }
    return cell;
  }

  short(iri) {
    if (iri.startsWith(this.base) && !iri.includes("#")) return iri.slice(this.base.length);
    const known = this.spaces.find(([, space]) => iri.startsWith(space));
    return known ? `${known[0]}:${iri.slice(known[1].length)}` : iri;
  }

  /* Only http and https lead anywhere; what is ours leads to its page here. */
  link(iri) {
    const text = this.short(iri);
    if (!/^https?:\/\//i.test(iri)) return document.createTextNode(text);
    const link = element("a", text);
    link.title = iri;
    if (iri.startsWith(this.base)) {
      const [path, fragment] = iri.slice(this.base.length).split("#", 2);
      link.href = `/page/${path.split("/").map(encodeURIComponent).join("/")}${fragment === undefined ? "" : `#${encodeURIComponent(fragment)}`}`;
    } else {
      link.href = iri;
      link.rel = "noopener nofollow";
    }
    return link;
  }
}
