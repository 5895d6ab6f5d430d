import type { EntityKind } from "../model/ml.ts";
import type { FileState } from "./content/files.ts";

/** One state of an object, file or remote thing: what the graph calls an entity (PROV-DM 5.1.1). */
export interface Entity {
  /** Its qualified name. */
  readonly name: string;
  /** What it is; data may turn out to be a model. */
  kind: EntityKind;
  readonly label: string;
  /** When capture met it first; milliseconds since 1970. */
  readonly firstSeen: number;
  /** The step during which it was met first, until something is known to have generated it. */
  firstSeenIn?: object | undefined;
  /** Whether a step is on record as having used it. */
  isUsed?: boolean;
  /** Whether an activity is on record as having generated it. */
  isGenerated: boolean;
  readonly file?: FileState | undefined;
  /** The digest of its content, once it is stated. */
  sha256?: string | undefined;
  /** Whether its columns and rows are stated as they were then. */
  hasStructure?: boolean;
}

/** The values of a list of outputs or measures, as entities that are not made yet: most results are never met again. */
export interface ListedValues {
  /** The list's name, which its values' names begin with. */
  readonly list: string;
  readonly labels: readonly string[];
  /** When they were generated. */
  readonly time: number;
}

/** What an object stands for: an entity, or, for a returned tuple or plain object, the entities of its members. */
export type Followed = Entity | readonly Entity[] | ListedValues;

/**
 * Which entity an object or a path is at the moment. Objects are held weakly and never touched; paths and URIs are held by their
 * recorded text.
 */
export class Identity {
  readonly #objects = new WeakMap<object, Followed>();
  readonly #paths = new Map<string, Entity>();
  /** Schemas that are stated already. */
  readonly #schemas = new Set<string>();
  /** Whether a path that looks like any word, such as `data`, is followed. */
  #hasBareName = false;

  of(object: object): Followed | undefined {
    return this.#objects.get(object);
  }

  /** The entities behind an object: none, one, or those of its members. */
  entitiesOf(object: object): readonly Entity[] {
    const followed = this.#objects.get(object);
    if (followed === undefined) return [];
    if ("name" in followed) return [followed];
    if (!("list" in followed)) return followed;
    const { list, labels, time } = followed;
    const entities = labels.map(
      (label, i): Entity => ({ name: `${list}-${i + 1}`, kind: "data", label, firstSeen: time, isGenerated: true }),
    );
    this.#objects.set(object, entities);
    return entities;
  }

  follow(object: object, followed: Followed): void {
    this.#objects.set(object, followed);
  }

  ofPath(path: string): Entity | undefined {
    return this.#paths.get(path);
  }

  /** Follows a path, which the program gave as `text`, from here on; beyond a limit the oldest is forgotten. */
  followPath(path: string, entity: Entity, text: string): void {
    if (this.#paths.size >= MOST_PATHS && !this.#paths.has(path)) {
      for (const oldest of this.#paths.keys()) {
        this.#paths.delete(oldest);
        break;
      }
    }
    this.#paths.set(path, entity);
    if (!LOOKS_LIKE_PATH.test(text)) this.#hasBareName = true;
  }

  /** Whether a schema has not been stated yet, from where on it has been; beyond a limit all are new. */
  isNewSchema(name: string): boolean {
    if (this.#schemas.has(name)) return false;
    if (this.#schemas.size < MOST_SCHEMAS) this.#schemas.add(name);
    return true;
  }

  /** Whether a string argument may be a path that is followed: finding out for sure asks the file system. */
  mayFollowPath(text: string): boolean {
    if (this.#paths.size === 0 || text.length > LONGEST_PATH) return false;
    return this.#hasBareName || LOOKS_LIKE_PATH.test(text);
  }
}

const LOOKS_LIKE_PATH = /[./\\]/;
const LONGEST_PATH = 4096;
const MOST_PATHS = 10_000;
const MOST_SCHEMAS = 10_000;
