${1+2} <%= java.time.ZoneId.of("Europe/Berlin").getRules().getStandardOffset(java.time.Instant.EPOCH) %>
