extension FixedWidthInteger {
  /// The sum, or the nearest number there is.
  ///
  /// For what comes from outside: sizes, times and counts of files, numbers of a request.
  ///
  /// - Parameter other: What is added.
  /// - Returns: The sum.
  package func addingSaturated(_ other: Self) -> Self {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The product, or the nearest number there is.
  ///
  /// - Parameter other: What is multiplied by.
  /// - Returns: The product.
  package func multipliedSaturated(by other: Self) -> Self {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) != (other < 0) ? .min : .max) : product
  }
}
