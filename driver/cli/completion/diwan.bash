# Completion of diwan for bash: . <(diwan completion bash)
_diwan() {
  local program=${COMP_WORDS[0]/#\~\//$HOME/} line
  type "$program" >/dev/null 2>&1 || program=diwan
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default ;;
      :folders) compopt -o dirnames ;;
      :*) ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <("$program" complete --quoted -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$2" 2>/dev/null)
  # trials in the order of their numbers (bash 4.4); what is older sorts them as texts
  compopt -o nosort 2>/dev/null
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace
  # readline quotes names of files, and so what a shell would cut
  for line in "${COMPREPLY[@]}"; do
    [[ $line == *[!A-Za-z0-9_./:=@%+,-]* ]] && compopt -o filenames && break
  done
  return 0
}
complete -F _diwan diwan
