# Completion of diwan for fish: diwan completion fish | source
function __diwan_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $typed[1])
    type -q -- $program; or set program diwan
    set -l plain (string unescape -- $current)
    for line in ($program complete -- $typed[2..] "$plain" 2>/dev/null)
        switch $line
            case :files :folders
                set -l before (string match -r -- '^--[^=]*=' $current)
                set -l path (string replace -r -- '^--[^=]*=' '' $current)
                if test $line = :files
                    printf "$before%s\n" (__fish_complete_path $path)
                else
                    printf "$before%s\n" (__fish_complete_directories $path '')
                end
            case ':*'
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c diwan -f -k -a '(__diwan_complete)'
