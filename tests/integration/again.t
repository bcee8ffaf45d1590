#!/bin/bash
# What a worker does, where every transaction is run twice from its start, as a
# database may ask for: the same comes out, and is paid back once.
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source-path=SCRIPTDIR source=../lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
[ "${BOOKPAY_FAULTS:-no}" = yes ] ||
    skip_all "the programs are not those that run all twice"
[ -z "${BOOKPAY_DATABASE:-}" ] || skip_all "PostgreSQL asks for it by itself"
export BOOKPAY_TWIN=again
# shellcheck source-path=SCRIPTDIR source=worker.t
. "$srcdir/tests/integration/worker.t"
