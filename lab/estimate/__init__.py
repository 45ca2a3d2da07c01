"""What another order would earn, from slots that chance filled."""
