import { checkIri } from "../../model/names.ts";
import type { Union } from "./dialects.ts";
import type { Found } from "./question.ts";
import type { Write } from "./writes.ts";

/** What is to go from a server: what things have of properties, in a graph and in the union. */
export interface Forgotten {
  readonly graph: string;
  readonly things: readonly string[];
  readonly properties: readonly string[];
}

/** The request that takes it away. */
export function forgettingOf(
  { graph, things, properties }: Forgotten,
  { union, dialect, endpoints: { update } }: Found,
): Write {
  const places = [graphPlace(graph), ...unionPlaces(union)];
  const among = properties.map((iri) => `<${checkIri(iri, "a property")}>`).join(", ");
  const operations = things.flatMap((thing) => {
    const pattern = `<${checkIri(thing, "a thing")}> ?p ?o`;
    return places.map((place) => `DELETE { ${place(pattern)} } WHERE { ${place(pattern)} FILTER(?p IN (${among})) }`);
  });
  const body = new URLSearchParams({ [dialect.updateField ?? "update"]: operations.join(" ;\n") }).toString();
  return { url: update, type: "application/x-www-form-urlencoded", body };
}

/** The request that takes a whole graph away, and out of the union what stands in no other graph. */
export function droppingOf(graph: string, { union, dialect, endpoints: { update } }: Found): Write {
  const name = checkIri(graph, "a graph");
  const kept = typeof union === "object" ? ` && ?other != <${union.graph}>` : "";
  const elsewhere = `GRAPH ?other { ?s ?p ?o } FILTER(?other != <${name}>${kept})`;
  const operations = unionPlaces(union).map(
    (place) =>
      `DELETE { ${place("?s ?p ?o")} } WHERE { GRAPH <${name}> { ?s ?p ?o } FILTER NOT EXISTS { ${elsewhere} } }`,
  );
  const text = [...operations, `CLEAR SILENT GRAPH <${name}>`].join(" ;\n");
  const body = new URLSearchParams({ [dialect.updateField ?? "update"]: text }).toString();
  return { url: update, type: "application/x-www-form-urlencoded", body };
}

type Place = (pattern: string) => string;

function graphPlace(graph: string): Place {
  const name = checkIri(graph, "a graph");
  return (pattern) => `GRAPH <${name}> { ${pattern} }`;
}

function unionPlaces(union: Union): Place[] {
  if (union === "server") return [];
  return [union === "default" ? (pattern) => pattern : graphPlace(union.graph)];
}
