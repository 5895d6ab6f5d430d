const FEWEST_PLACES = 16;
const MOST_PLACES = 4096;

/**
 * A bounded memory from names to what they stand for. Each name has one place, told by its length and last characters, and the latest one there
 * stays: nothing needs tidying, and what occurs often is found. It is as large as it had to be so far; both sizes are powers of two.
 */
export class KnownNames {
  #names = new Array<string>(FEWEST_PLACES).fill("");
  #meanings = new Array<string>(FEWEST_PLACES).fill("");
  #taken = 0;

  get(name: string): string | undefined {
    const place = this.#placeOf(name);
    return this.#names[place] === name && name !== "" ? this.#meanings[place] : undefined;
  }

  set(name: string, meaning: string): void {
    if (++this.#taken > this.#names.length && this.#names.length < MOST_PLACES) this.#grow();
    const place = this.#placeOf(name);
    this.#names[place] = name;
    this.#meanings[place] = meaning;
  }

  /** Starts anew with twice the places. */
  #grow(): void {
    const places = 2 * this.#names.length;
    this.#names = new Array<string>(places).fill("");
    this.#meanings = new Array<string>(places).fill("");
    this.#taken = 0;
  }

  #placeOf(name: string): number {
    let place = name.length;
    for (let at = Math.max(0, name.length - 5); at < name.length; at++) {
      place = (Math.imul(place, 31) + name.charCodeAt(at)) | 0;
    }
    return place & (this.#names.length - 1);
  }
}
