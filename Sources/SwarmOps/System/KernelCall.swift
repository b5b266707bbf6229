#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if os(Linux)
  // Variadic in C, which Swift does not import; its arguments are plain words on every architecture
  // that is supported. Bound by name and not looked up with `dlsym`, which finds nothing in a fully
  // static program.
  @_silgen_name("syscall")
  private func callKernel(_ number: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int

  @_silgen_name("prctl")
  private func controlProcess(
    _ option: Int32, _ first: UInt, _ second: UInt, _ third: UInt, _ fourth: UInt
  ) -> Int32

  /// System calls that the C library has no function for.
  enum KernelCall {
    /// Makes a system call by its number.
    ///
    /// The C function is `syscall`.
    ///
    /// - Returns: What the kernel returned; never -1.
    @discardableResult
    static func make(_ number: Int, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0)
      throws(SystemError) -> Int
    {
      try systemCall { callKernel(number, a, b, c, d) }
    }

    /// ``make(_:_:_:_:_:)`` as a value, for bodies that cannot throw.
    static func attempt(_ number: Int, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0)
      -> Result<Int, SystemError>
    {
      do throws(SystemError) {
        return .success(try make(number, a, b, c, d))
      } catch {
        return .failure(error)
      }
    }

    /// Gives up every way of getting privileges by executing a program, for this thread and what it
    /// starts.
    ///
    /// The C function is `prctl` with `PR_SET_NO_NEW_PRIVS`.
    static func renounceNewPrivileges() throws(SystemError) {
      try systemCall { controlProcess(38, 1, 0, 0, 0) }
    }

    #if arch(x86_64)
      static let getCapabilities = 125
      static let setCapabilities = 126
      static let installFilter = 317
      static let limitProcess = 302
    #elseif arch(arm64)
      static let getCapabilities = 90
      static let setCapabilities = 91
      static let installFilter = 277
      static let limitProcess = 261
    #else
      #error("add the system call numbers of this architecture")
    #endif
  }
#endif
