"""The directories that Perl loads its libraries from."""

from __future__ import annotations

from bpkit.languages.libraries import WholeLibrary

LIBRARY = WholeLibrary(
    title="Perl",
    directories=(
        *("/etc/perl", "/usr/share/perl5", "/usr/share/perl/5.*", "/usr/lib/perl5"),
        *(
            "/usr/lib/*-linux-*/perl/5.*",
            "/usr/lib/*-linux-*/perl5/5.*",
            "/usr/lib/*-linux-*/perl-base",
        ),
        *(
            "/usr/local/lib/*-linux-*/perl/5.*",
            "/usr/local/share/perl/5.*",
            "/usr/local/share/perl5",
        ),
        *("/usr/local/lib/perl5", "/usr/local/lib/site_perl"),
    ),
    variables=("PERL5LIB", "PERLLIB"),
    left_out=("Debconf", "Dpkg", "CORE", "perl5db.pl"),
)
