//! SAM templates expanded: what they become and where it stands.
