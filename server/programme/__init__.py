"""The programme from elsewhere: read a schedule, show what differs, follow an address. All but fetching is pure."""
