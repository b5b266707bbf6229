// The floor of `swarmctl --version`: a static Swift program that prints one line.
// swiftc -O -static-stdlib one_line.swift
print("swarmctl 0.0.0")
