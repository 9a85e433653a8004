"""What more pixels bring and cost: trainings over image sizes, the memory a state vector would need, and what the
network of the whole image learns."""
