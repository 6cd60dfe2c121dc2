"""Function targets for a serverless platform, generated from the flow: see `targets`."""
