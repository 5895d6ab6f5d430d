/** What the footer of a series file says about it, as JSON under the key `provml`. */
export interface SeriesFileSummary {
  readonly format: 1;
  readonly writer: string;
  readonly rows: number;
  /** See `digestRows`. */
  readonly sha256: string;
}

export const FOOTER_KEY = "provml";
export const SERIES_FORMAT = 1;
