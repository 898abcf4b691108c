-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Static, with every extension linked in. Its Configure script is its own kind: it asks questions, -des
-- takes the default answer to each.
local build = lib "tool"

local prepare = [[
libc=/opt/boot-hurd/musl
sh ./Configure -des -E -Dprefix=$out -Dsh=$SHELL -Dcc="gcc -static" -Dld="gcc -static" -Uusedl \
  -Doptimize=-O2 -Dman1dir=none -Dman3dir=none -Dcf_by=boot-hurd -Dcf_email=none -Dperladmin=none \
  -Dmyhostname=localhost -Dmydomain=.localdomain -Dlocincpth=" " -Dloclibpth=" " \
  -Dlibpth=$libc/lib -Dusrinc=$libc/include
# What tells of the time and of this machine's kernel.
sed -i -e "s/^cf_time=.*/cf_time='Thu Jan  1 00:00:01 UTC 1970'/" -e "s/^myuname=.*/myuname='linux'/" \
  -e "s/^osvers=.*/osvers='0'/" config.sh
sh ./Configure -S
]]

return build {
  name = "perl",
  version = "5.36.0",
  from = "perl-5.36.0",
  summary = "interpreter, for autoconf and automake",
  prepare = prepare,
  configure = false,
  install = { "install.perl" },
  finish = [[
    cd /tmp
    cat >test.pl <<'EOF'
use strict;
use warnings;
use Data::Dumper;
use Fcntl qw(:flock);
use File::Spec;
use File::Temp qw(tempfile);
use IO::File;
use List::Util qw(sum);
use POSIX qw(floor);
use Storable qw(dclone);
my %h = map { $_ => $_ ** 2 } 1 .. 9;
my $copy = dclone(\%h);
die "sum" unless sum(values %$copy) == 285 and floor(2.5) == 2;
die "shell" unless `echo \$((6 * 7)) | cat` eq "42\n";
(my $s = "seed to Hurd") =~ s/(\w+) to (\w+)/$2 from $1/;
print "$s\n";
EOF
    test "$($out/bin/perl test.pl)" = "Hurd from seed"
  ]],
}
