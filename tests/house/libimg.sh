# SPDX-License-Identifier: GPL-3.0-or-later
# libimg is bytes at rest: what its objects refer to, and what a program with all of it needs.
. "$TOP/tests/tools/lib.sh"

lib=$BUILD/libimg.a
CC=${CC:-cc}
if ! [ -f "$lib" ] || ! command -v nm >/dev/null; then
	skip "there is no $lib, or no nm"
	exit 0
fi
# OBJECT SYMBOL, one line for each that is not defined where it is used
nm -A -u "$lib" | sed -n 's/.*[:[]\([^]:]*\.o\)]*: *[Uw] \([^@]*\).*/\1 \2/p' >wanted
it "its objects refer to the C library" grep -q ' memcpy$' wanted

# none NAME EXPRESSION [EXCEPT]: no symbol matches (in objects other than these)
none() {
	if grep -E "^[^ ]* (__)?($2)(_chk|64|_2)?\$" wanted | grep -vE "^(${3:-nothing}) " >found; then
		not_ok "$1"
		sed 's/^/#   /' found
	else
		ok "$1"
	fi
}

none "no stdio stream" 'stdin|stdout|stderr|f?(open|close|read|write|puts|putc|getc|gets|flush|seeko?|tello?)|(f|v|vf|d|vd|as|vas|s|vs)?printf|(f|v|vf)?scanf|puts|putchar|getchar|perror|getline|getdelim|setv?buf|tmpfile|fd?open|freopen|fileno|ferror|feof' \
	'(image|save)\.o'
none "no stdio stream in image and save" 'stdin|stdout|stderr|f(open|close|read|write|puts|putc|getc|gets|flush|seeko?|tello?)|(f|v|vf|d|vd|as|vas|s|vs)?printf|(f|v|vf)?scanf|puts|putchar|getchar|perror|getline|getdelim|setv?buf|tmpfile|fdopen|freopen|fileno|ferror|feof'
none "no exit" 'exit|_exit|_Exit|quick_exit|abort|atexit|on_exit|assert_fail|err|errx|warn|error'
none "no environment" 'getenv|secure_getenv|setenv|putenv|environ|setlocale'
none "no clock" 'time|clock|clock_.*|gettimeofday|nanosleep|u?sleep|gmtime.*|localtime.*|strftime|timer_.*'
none "no network" 'socket|socketpair|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|gethostby.*'
none "no thread" 'pthread_.*|thrd_.*|mtx_.*'
none "no process, signal or device" 'fork|vfork|exec.*|posix_spawn.*|system|popen|signal|sigaction|raise|kill|ioctl|termios|tc[gs]etattr|mmap|dlopen|syslog'
none "no randomness outside save" 's?random|rand_r|s?rand|[dlmj]rand48|getentropy|getrandom' 'save\.o'
none "no file outside image and save" 'open|openat|creat|close|p?readv?|p?writev?|lseek|rename(at2?)?|unlink(at)?|link(at)?|[fl]?stat|fxstat|l?xstat|fsync|fdatasync|f?truncate|mkdir(at)?|rmdir|opendir|fdopendir|readdir|mkstemps?|access|getcwd|chdir|f?chmod|f?chown|dup2?|pipe2?|fcntl' \
	'(image|save)\.o'

if nm -u "$lib" | grep -qE '__(asan|ubsan|tsan|msan)_'; then
	skip "no writable data: the sanitizers add some of their own"
	skip "what a program with all of libimg links: the sanitizers add libraries"
	exit 0
fi

# Tables of pointers are written once, by the loader, and then read-only: .data.rel.ro.
size -A -d "$lib" | awk '$1 ~ /^\.t?(data|bss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0' >found
nm -A "$lib" | grep ' [CV] ' >>found
it "no writable data" [ ! -s found ]
sed 's/^/#   /' found

pkg_config=${PKG_CONFIG:-pkg-config}
for package in libcrypto liblzma liblz4 libzstd; do
	"$pkg_config" --exists $package && packages="${packages-} $package"
done
echo 'int main(void) { return 0; }' >all.c
# shellcheck disable=SC2046,SC2086
it "a program with all of libimg links with its libraries alone" runs 0 $CC -o all all.c \
	-Wl,--whole-archive "$lib" -Wl,--no-whole-archive -Wl,--as-needed \
	$("$pkg_config" --libs ${packages-})
readelf -d all 2>/dev/null | sed -n 's/.*NEEDED.*\[\(.*\)\].*/\1/p' >needed
grep -vE '^(libcrypto|liblzma|liblz4|libzstd|libc|ld-.*)\.so' needed >found
it "and needs nothing else at run time" [ ! -s found ]
sed 's/^/#   /' found
