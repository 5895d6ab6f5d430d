/** What `provml doctor` finds. `fine` says what is so, `advice` what could be better, `wrong` what needs a person. */
export interface Finding {
  readonly level: "fine" | "advice" | "wrong";
  readonly text: string;
}
