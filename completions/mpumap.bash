# SPDX-License-Identifier: MIT
# Completion of mpumap for bash. Options are those that --help of each command shows.
_mpumap() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "replay decode lint explain draw --help --version" -- "$word")
        return
    fi
    case $before in
    --arch) mapfile -t COMPREPLY < <(compgen -W "armv8r32 armv8r64 armv8m" -- "$word") && return ;;
    --layout) mapfile -t COMPREPLY < <(compgen -W "pairs mpumap" -- "$word") && return ;;
    --access) mapfile -t COMPREPLY < <(compgen -W "r w x" -- "$word") && return ;;
    --on) mapfile -t COMPREPLY < <(compgen -W "sim qemu" -- "$word") && return ;;
    --policy) mapfile -t COMPREPLY < <(compgen -W "exact whole" -- "$word") && return ;;
    --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word") && return ;;
    --target) mapfile -t COMPREPLY < <(compgen -W "armv8r32-el1 armv8r32-el2 armv8r64-el1 armv8r64-el2 armv8m" -- "$word") && return ;;
    --ignore) mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" lint --list 2>/dev/null | cut -d' ' -f1)" -- "$word") && return ;;
    --owner) mapfile -t COMPREPLY < <(compgen -W "1 2" -- "$word") && return ;;
    --el) mapfile -t COMPREPLY < <(compgen -W "0 1 2" -- "$word") && return ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "$command" --help 2>/dev/null |
            grep -oE '^  --[a-z]+' | tr -d ' ')" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _mpumap mpumap
