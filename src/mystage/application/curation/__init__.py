"""What stewards and operators do: merge, un-merge, retry, resolve. Each action leaves an audit entry."""
