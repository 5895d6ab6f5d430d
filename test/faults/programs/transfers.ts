// usage: node transfers.js <build> <compact | push | push-server | feed | pull-server> <.provml> [<other .provml | address>]; says "ready" when it begins
import { join } from "node:path";

const [, , build = "", what = "", directory = "", other = ""] = process.argv;
const load = (path: string) => import(join(build, "src", path));
type Compact = typeof import("../../../src/flush/compaction/compact.ts");
type Directories = typeof import("../../../src/flush/transfer/directory.ts");
type Servers = typeof import("../../../src/flush/transfer/server.ts");
type Feed = typeof import("../../../src/flush/replica/feed.ts");
type Store = typeof import("../../../src/store/server/server.ts");
type Spool = typeof import("../../../src/spool/directory.ts");

const { createDirectory }: Spool = await load("spool/directory.js");
const openStore = async () => {
  const { serverStore }: Store = await load("store/server/server.js");
  return serverStore(other, { credentials: null, dialect: "oxigraph" });
};

/** Each loads what it needs, and then is ready. */
const WAYS: Readonly<Record<string, () => Promise<() => unknown>>> = {
  async compact() {
    const { compact }: Compact = await load("flush/compaction/compact.js");
    return () => compact(directory);
  },
  async push() {
    const { transferDirectory }: Directories = await load("flush/transfer/directory.js");
    createDirectory(other);
    return () => transferDirectory(directory, other);
  },
  async feed() {
    const { feed }: Feed = await load("flush/replica/feed.js");
    const store = await openStore();
    return () => feed(directory, store, { server: other });
  },
  async "push-server"() {
    const { pushToServer }: Servers = await load("flush/transfer/server.js");
    const store = await openStore();
    return () => pushToServer(directory, store, { server: other });
  },
  async "pull-server"() {
    const { pullFromServer }: Servers = await load("flush/transfer/server.js");
    const store = await openStore();
    createDirectory(directory);
    return () => pullFromServer(store, directory);
  },
};

const work = await WAYS[what]?.();
process.stdout.write("ready\n");
await work?.();
