# SPDX-License-Identifier: GPL-3.0-or-later
# For tests and benchmarks with a simulated programmer at the end of a cable.

# serve OPTION...: starts rom-serprogd on a free port; $address is where, $daemon is what to stop.
# Fails where it does not start.
serve() {
	rm -f listening
	rom-serprogd --listen 127.0.0.1:0 "$@" >listening 2>serve.err &
	daemon=$!
	_left=50
	while ! grep -q '^listening ' listening 2>/dev/null && [ $_left -gt 0 ]; do
		sleep 0.1
		_left=$((_left - 1))
	done
	address=$(sed -n 's/^listening //p' listening)
	[ -n "$address" ]
}
