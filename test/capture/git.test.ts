import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readCheckout } from "../../src/capture/origin/git.ts";

function git(folder: string, ...args: string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
  const all = [...identity, "-c", "protocol.file.allow=always", ...args];
  return execFileSync("git", all, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), "provml-git-")));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function repository(...init: string[]): string {
  const made = folder();
  git(made, "init", "-q", "-b", "main", ...init);
  commit(made, "a");
  return made;
}

function commit(at: string, name: string): string {
  writeFileSync(join(at, name), name);
  git(at, "add", name);
  git(at, "commit", "-q", "-m", name);
  return git(at, "rev-parse", "HEAD");
}

function supports(...init: string[]): boolean {
  try {
    const made = mkdtempSync(join(tmpdir(), "provml-git-"));
    git(made, "init", "-q", ...init);
    rmSync(made, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

describe("a checkout without git", () => {
  it("tells commit and branch from inside of a folder", () => {
    const root = repository();
    mkdirSync(join(root, "b/c"), { recursive: true });
    expect(readCheckout(join(root, "b/c"))).toEqual({
      root,
      commit: git(root, "rev-parse", "HEAD"),
      branch: "main",
      remote: undefined,
    });
  });

  it("reads packed references, and loose ones before them", () => {
    const root = repository();
    git(root, "checkout", "-q", "-b", "topic/one");
    const packed = git(root, "rev-parse", "HEAD");
    git(root, "pack-refs", "--all");
    expect(readCheckout(root)).toMatchObject({ commit: packed, branch: "topic/one" });
    const loose = commit(root, "b");
    expect(readCheckout(root)?.commit).toBe(loose);
  });

  it("knows a detached HEAD, which has no branch, and a repository without a commit", () => {
    const root = repository();
    git(root, "checkout", "-q", "--detach");
    expect(readCheckout(root)).toMatchObject({ commit: git(root, "rev-parse", "HEAD"), branch: undefined });
    const empty = folder();
    git(empty, "init", "-q", "-b", "main");
    expect(readCheckout(empty)).toMatchObject({ commit: undefined, branch: "main" });
  });

  it("follows a reference to a reference", () => {
    const root = repository();
    git(root, "symbolic-ref", "refs/heads/alias", "refs/heads/main");
    git(root, "symbolic-ref", "HEAD", "refs/heads/alias");
    expect(readCheckout(root)).toMatchObject({ commit: git(root, "rev-parse", "HEAD"), branch: "alias" });
    git(root, "symbolic-ref", "refs/heads/alias", "refs/heads/alias");
    expect(readCheckout(root)?.commit).toBeUndefined();
  });

  it("reads a worktree and a submodule", () => {
    const root = repository();
    git(root, "remote", "add", "origin", "https://host/birds.git");
    const work = join(folder(), "work");
    git(root, "worktree", "add", "-q", "-b", "side", work);
    const own = commit(work, "b");
    expect(readCheckout(work)).toEqual({ root: work, commit: own, branch: "side", remote: "https://host/birds.git" });
    const outer = repository();
    git(outer, "submodule", "--quiet", "add", root, "inner");
    expect(readCheckout(join(outer, "inner"))).toMatchObject({
      root: join(outer, "inner"),
      commit: git(root, "rev-parse", "HEAD"),
      remote: root,
    });
  });

  it("takes the remote that the branch follows, else origin, else the first", () => {
    const root = repository();
    git(root, "remote", "add", "fork", "git@host:ada/birds.git");
    expect(readCheckout(root)?.remote).toBe("git@host:ada/birds.git");
    git(root, "remote", "add", "origin", "https://host/birds.git");
    expect(readCheckout(root)?.remote).toBe("https://host/birds.git");
    git(root, "config", "branch.main.remote", "fork");
    expect(readCheckout(root)?.remote).toBe("git@host:ada/birds.git");
    appendFileSync(join(root, ".git/config"), '[remote "quoted"]\n\turl = "https://host/q.git" # why\n');
    git(root, "config", "branch.main.remote", "quoted");
    expect(readCheckout(root)?.remote).toBe("https://host/q.git");
  });

  it.runIf(supports("--object-format=sha256"))("knows commits by SHA-256", () => {
    const root = repository("--object-format=sha256");
    expect(readCheckout(root)?.commit).toMatch(/^[0-9a-f]{64}$/);
  });

  it("leaves commit and branch unknown where references are a reftable", () => {
    const root = repository();
    writeFileSync(join(root, ".git/HEAD"), "ref: refs/heads/.invalid\n"); // as git itself writes it there
    appendFileSync(join(root, ".git/config"), "[extensions]\n\trefstorage = reftable\n");
    expect(readCheckout(root)).toEqual({ root, remote: undefined });
  });

  it("reads nothing outside of the repository, whatever HEAD says", () => {
    const root = repository();
    writeFileSync(join(root, "../planted"), "a".repeat(40));
    onTestFinished(() => rmSync(join(root, "../planted")));
    writeFileSync(join(root, ".git/HEAD"), "ref: ../../planted\n");
    expect(readCheckout(root)?.commit).toBeUndefined();
  });
});
