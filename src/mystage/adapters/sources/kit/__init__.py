"""What readers share: payloads, building of claims, and words, times, places, prices as sources write them."""
