"""The circuits: built in Cirq, written in other forms, and what a stack of layers can depend on."""
