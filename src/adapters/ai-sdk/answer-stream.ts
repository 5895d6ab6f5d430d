import type { Activity } from "../../capture/activity.ts";
import { endLlmCall, type LlmOptions, type LlmRequest, type LlmResponse } from "../llm/call.ts";
import { partsContent } from "../llm/content.ts";
import { finishOf } from "./words.ts";

/** Of a longer answer the text is not kept until its end, so it has no digest. */
const LONGEST_ANSWER = 1024 * 1024;

type Part = Readonly<Record<string, unknown>>;

/** The stream of a model's answer, handed on part by part as the reader asks for them; the call ends with it. */
export class AnswerStream {
  readonly stream: ReadableStream;
  readonly #activity: Activity;
  readonly #request: Pick<LlmRequest, "provider" | "model">;
  readonly #options: LlmOptions;
  #response: LlmResponse = {};
  #text = "";
  #otherParts: Part[] = [];

  constructor(
    answer: ReadableStream,
    activity: Activity,
    request: Pick<LlmRequest, "provider" | "model">,
    options: LlmOptions,
  ) {
    this.#activity = activity;
    this.#request = request;
    this.#options = options;
    const reader = answer.getReader();
    this.stream = new ReadableStream(
      {
        pull: async (controller) => {
          try {
            const { done, value } = await reader.read();
            if (done) {
              this.#end();
              controller.close();
            } else {
              activity.execution.faults.guard(() => this.#note(value as Part));
              controller.enqueue(value);
            }
          } catch (error) {
            activity.end("provml:Failed", error);
            controller.error(error);
          }
        },
        cancel: (reason) => {
          activity.end("provml:EndedEarly");
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  #note(part: Part): void {
    switch (part.type) {
      case "text-delta":
        this.#text += String(part.delta ?? part.textDelta ?? "").slice(0, LONGEST_ANSWER + 1 - this.#text.length);
        break;
      case "tool-call":
        if (this.#otherParts.length < MOST_PARTS) this.#otherParts.push(part);
        break;
      case "response-metadata":
        this.#response = { ...this.#response, ...present({ model: finishOf(part).model }) };
        break;
      case "finish": {
        const { finishReason, inputTokens, outputTokens } = finishOf(part);
        this.#response = { ...this.#response, finishReason, inputTokens, outputTokens };
        break;
      }
      case "error":
        this.#activity.end("provml:Failed", part.error);
        break;
    }
  }

  #end(): void {
    const texts = this.#text === "" ? [] : [{ type: "text", text: this.#text }];
    const completion = this.#activity.execution.faults.guard(() => partsContent([...texts, ...this.#otherParts]));
    endLlmCall(this.#activity, this.#request, { ...this.#response, completion }, this.#options);
  }
}

const MOST_PARTS = 1000;

function present<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
