/** A command as shells complete it. */
export interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly {
    readonly name: string;
    readonly summary: string;
    readonly takes: "nothing" | "text" | "files";
  }[];
  /** Words that an argument may be, such as the verbs of `plan`. */
  readonly words: readonly string[];
  readonly takesRuns: boolean;
  readonly takesFiles: boolean;
}

export const SHELLS: Readonly<Record<string, (commands: readonly Completed[]) => string>> = { bash, zsh, fish };

/** Names of options by what follows them. */
function optionsOf({ options }: Completed, ...takes: readonly string[]): string {
  return options
    .filter((option) => takes.includes(option.takes))
    .map(({ name }) => `--${name}`)
    .join(" ");
}

function kindsOf({ takesRuns, takesFiles }: Completed): string {
  return [...(takesRuns ? ["runs"] : []), ...(takesFiles ? ["files"] : [])].join(" ");
}

function bash(commands: readonly Completed[]): string {
  const cases = commands.map(
    (one) =>
      `    ${one.name}) options="${optionsOf(one, "nothing", "text", "files")}" texts="${optionsOf(one, "text")}" files="${optionsOf(one, "files")}" words="${one.words.join(" ")}" kinds="${kindsOf(one)}" ;;`,
  );
  return `# provml completion bash
_provml() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local options= texts= files= words= kinds=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help" -- "$cur"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
    help) words="${commands.map(({ name }) => name).join(" ")}" ;;
  esac
  case " $texts " in *" $prev "*) return ;; esac
  case " $files " in *" $prev "*) kinds=files words= ;; *)
    case $cur in -*) COMPREPLY=($(compgen -W "$options" -- "$cur")); return ;; esac ;;
  esac
  case " $kinds " in *" runs "*) words="$words $("\${COMP_WORDS[0]}" completion runs 2>/dev/null)" ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  case " $kinds " in *" files "*)
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$cur")) ;;
  esac
}
complete -F _provml provml
`;
}

function zsh(commands: readonly Completed[]): string {
  const described = (name: string, summary: string) => quoted(`${name.replaceAll(":", "\\:")}:${summary}`);
  const cases = commands.map((one) => {
    const options = one.options.map(({ name, summary }) => described(`--${name}`, summary)).join(" ");
    return `    ${one.name}) options=(${options}) texts=(${optionsOf(one, "text")}) files=(${optionsOf(one, "files")}) names=(${one.words.join(" ")}) kinds="${kindsOf(one)}" ;;`;
  });
  return `#compdef provml
# provml completion zsh
_provml() {
  local -a commands options texts files names
  local kinds=
  commands=(${commands.map(({ name, summary }) => described(name, summary)).join("\n    ")}
    'help:tell more of a command')
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join("\n")}
    help) names=(${commands.map(({ name }) => name).join(" ")}) ;;
  esac
  local before=$words[CURRENT-1]
  if (( \${texts[(Ie)$before]} )); then return; fi
  if (( \${files[(Ie)$before]} )); then _files; return; fi
  if [[ $words[CURRENT] == -* ]]; then
    _describe -o option options
    return
  fi
  if [[ $kinds == *runs* ]]; then names+=(\${(f)"$($words[1] completion runs 2>/dev/null)"}); fi
  (( $#names )) && compadd -a names
  if [[ $kinds == *files* ]]; then _files; fi
}
if [ "$funcstack[1]" = "_provml" ]; then _provml "$@"; else compdef _provml provml; fi
`;
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap((one) => {
    const inside = `complete -c provml -n '__fish_seen_subcommand_from ${one.name}'`;
    return [
      `complete -c provml -n __fish_use_subcommand -a ${one.name} -d ${fishQuoted(one.summary)}`,
      ...one.options.map(
        ({ name, summary, takes }) =>
          `${inside} -l ${name} -d ${fishQuoted(summary)}${{ nothing: "", text: " -x", files: " -r -F" }[takes]}`,
      ),
      ...(one.words.length > 0 ? [`${inside} -a '${one.words.join(" ")}'`] : []),
      ...(one.takesRuns ? [`${inside} -a '(provml completion runs 2>/dev/null)'`] : []),
      ...(one.takesFiles ? [`${inside} -F`] : []),
    ];
  });
  return `# provml completion fish\ncomplete -c provml -f\n${lines.join("\n")}\n`;
}

/** In a shell's single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
