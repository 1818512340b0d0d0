#compdef diwan
# Completion of diwan for zsh: . <(diwan completion zsh), or this file as _diwan in a folder of $fpath
_diwan() {
  local program=${(Q)words[1]} line
  local -a values shown open
  program=${program/#\~\//$HOME/}
  (( $+commands[$program] )) || [[ -x $program ]] || program=diwan
  for line in "${(@f)$("$program" complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      :files) [[ $PREFIX == --*=* ]] && compset -P '*='; _files ;;
      :folders) [[ $PREFIX == --*=* ]] && compset -P '*='; _files -/ ;;
      :*|'') ;;
      *:|*:$'\t'*) open+=("${line%%$'\t'*}") ;;
      *) values+=("${line%%$'\t'*}"); shown+=("${line/$'\t'/  -- }") ;;
    esac
  done
  (( $#open )) && compadd -S '' -a -- open
  (( $#values )) && compadd -l -V diwan -d shown -a -- values
}
if [[ $funcstack[1] == _diwan ]]; then
  _diwan "$@"
else
  compdef _diwan diwan
fi
