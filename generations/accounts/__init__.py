"""Access control, invitations, sign-up and mail."""
