import { ROW_FIELDS } from "../model/row.ts";
import type { Frame } from "./reading.ts";

/** The latest time that statements or rows name. */
export class LastTime {
  /** Milliseconds since 1970; undefined where none names one. */
  value: number | undefined;

  note(frame: Frame): void {
    if (frame.kind === "rows") {
      for (let i = 3; i < frame.rows.length; i += ROW_FIELDS) this.#noteTime(frame.rows[i]);
      return;
    }
    if (frame.kind === "series") return;
    for (const brief of frame.statements) {
      const { time, startTime, endTime } = (brief ?? {}) as Readonly<Record<string, unknown>>;
      this.#noteTime(time);
      this.#noteTime(startTime);
      this.#noteTime(endTime);
    }
  }

  #noteTime(time: unknown): void {
    if (typeof time === "number" && time <= 8.64e15 && !(time <= (this.value ?? -8.64e15))) this.value = time;
  }
}
