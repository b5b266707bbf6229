/// The scripts that make shells ask swarmctl for the words that fit.
///
/// They hold nothing about commands themselves, so an installed script is never out of date.
enum CompletionScript {
  /// The shells that there is a script for.
  static let shells = ["bash", "zsh", "fish"]

  /// The script of a shell; nil for one that is not known.
  static func text(shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  /// Works with bash 3.2 too, the one that macOS has.
  private static let bash = #"""
    # swarmctl completion for bash
    # For good: swarmctl completion bash > ~/.local/share/bash-completion/completions/swarmctl
    # Here:     source <(swarmctl completion bash)

    _swarmctl() {
      local program="${COMP_WORDS[0]}" kind="" line
      case "$program" in "~/"*) program="$HOME/${program#"~/"}" ;; esac
      COMPREPLY=()
      while IFS= read -r line; do
        if [ -z "$kind" ]; then kind="$line"; else COMPREPLY+=("$line"); fi
      done < <("$program" __complete bash "${COMP_LINE:0:$COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
      case "$kind" in
        files|folders)
          if type compopt >/dev/null 2>&1; then compopt +o nospace -o filenames; fi
          local flag=-f
          if [ "$kind" = folders ]; then flag=-d; fi
          while IFS= read -r line; do COMPREPLY+=("$line"); done \
            < <(compgen "$flag" -- "${COMP_WORDS[COMP_CWORD]#=}")
          ;;
      esac
    }

    complete -o nospace -F _swarmctl swarmctl

    """#

  private static let zsh = #"""
    #compdef swarmctl
    # swarmctl completion for zsh
    # For good: swarmctl completion zsh > "${fpath[1]}/_swarmctl"
    # Here:     source <(swarmctl completion zsh)

    _swarmctl() {
      local program="${~${(Q)words[1]}}" kind="" line word summary
      local -a asked lines finished open
      asked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
      lines=("${(@f)$("$program" __complete zsh "${asked[@]}" 2>/dev/null)}")
      kind="${lines[1]}"
      for line in "${(@)lines[2,-1]}"; do
        word="${${line%%$'\t'*}//:/\\:}"
        summary="${line#*$'\t'}"
        if [[ "$word" == *= ]]; then open+=("$word:$summary")
        else finished+=("$word${summary:+:$summary}"); fi
      done
      case "$kind" in
        files)
          compset -P '*=' || compset -P '@'
          _files
          ;;
        folders)
          compset -P '*='
          _files -/
          ;;
        words)
          local found=1
          (( $#finished )) && _describe -t swarmctl 'swarmctl' finished && found=0
          (( $#open )) && _describe -t arguments 'argument' open -S '' && found=0
          return $found
          ;;
        *) return 1 ;;
      esac
    }

    if [[ "${funcstack[1]}" == _swarmctl ]]; then
      _swarmctl "$@"
    else
      (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
      compdef _swarmctl swarmctl
    fi

    """#

  private static let fish = #"""
    # swarmctl completion for fish
    # For good: swarmctl completion fish > ~/.config/fish/completions/swarmctl.fish
    # Here:     swarmctl completion fish | source

    function __swarmctl_complete
        set -l words (commandline -opc)
        set -l current (commandline -ct)
        set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
        set -l lines ($program __complete fish $words[2..-1] "$current" 2>/dev/null)
        switch "$lines[1]"
            case files folders
                set -l before (string match -r -- '^(?:--[^=]*=|@)' "$current")
                set -l path (string replace -r -- '^(?:--[^=]*=|@)' '' "$current")
                if test "$lines[1]" = folders
                    __fish_complete_directories "$path" '' | string replace -r -- '^' "$before"
                else
                    __fish_complete_path "$path" | string replace -r -- '^' "$before"
                end
            case words
                for line in $lines[2..-1]
                    echo $line
                end
        end
    end

    complete -c swarmctl -f -a '(__swarmctl_complete)'

    """#
}
