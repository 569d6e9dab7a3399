# press-tab.zsh FOLDER LINE…: what a terminal of an interactive zsh shows after LINE and Tab, FOLDER holding the completion.
zmodload zsh/zpty
folder=$1
shift
for line in "$@"; do
	zpty -b shell "TERM=dumb zsh -f -i"
	zpty -w shell "fpath=(${(q)folder} \$fpath); autoload -U compinit; compinit -u -D; PS1='> '; unsetopt prompt_cr prompt_sp; stty -echo; LISTMAX=1000; print READY"
	shown=''
	for wait in {1..500}; do
		[[ $shown == *$'\nREADY'* ]] && break
		zpty -r -t shell piece && shown+=$piece || sleep 0.02
	done
	zpty -n -w shell "$line"$'\t'
	shown='' quiet=0
	# The answer is all there once nothing came for half a second.
	while ((quiet < 25)); do
		zpty -r -t shell piece && shown+=$piece quiet=0 || { sleep 0.02; ((++quiet)) }
	done
	print -r -- "${shown//$'\r'/}"
	zpty -d shell
done
