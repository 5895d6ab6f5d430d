import { ProvenanceError } from "../../model/error.ts";
import { copyOf } from "../copy.ts";
import type { Source } from "../source.ts";
import { QUESTIONS, type QuestionAnswer, type QuestionId, type QuestionParameters, READERS } from "./questions.ts";

/** Whether a text is the name of a question; no SPARQL is. */
export function isQuestionId(text: unknown): text is QuestionId {
  return typeof text === "string" && Object.hasOwn(QUESTIONS, text);
}

/**
 * Answers one of the papers' questions.
 * @throws {ProvenanceError} `bad-option` for a parameter that the question does not take or lacks; what the question throws.
 */
export async function readAnswer<Q extends QuestionId>(
  source: Source,
  id: Q,
  parameters: QuestionParameters<Q>,
): Promise<QuestionAnswer<Q>> {
  const taken: Readonly<Record<string, { readonly isRequired: boolean }>> = QUESTIONS[id].parameters;
  const names = Object.keys(taken).join(", ");
  if (typeof parameters !== "object" || parameters === null)
    throw new ProvenanceError("bad-option", `${id} takes its parameters as an object: ${names}`);
  const given: Readonly<Record<string, unknown>> = { ...parameters };
  for (const name of Object.keys(given))
    if (!Object.hasOwn(taken, name))
      throw new ProvenanceError("bad-option", `${id} takes no ${name}; it takes ${names}`);
  for (const [name, { isRequired }] of Object.entries(taken))
    if (isRequired && given[name] === undefined) throw new ProvenanceError("bad-option", `${id} needs ${name}`);
  return copyOf(await READERS[id](source, parameters));
}
