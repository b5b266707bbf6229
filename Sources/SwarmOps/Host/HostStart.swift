/// How an interpreter is made to run the host.
enum HostStart {
  /// What a file of bytecode begins with: a checksum of 16 digits, and what Python calls its magic
  /// number.
  private static let prefix = (checksum: 16, magic: 4)

  /// The arguments of an interpreter that runs the host.
  static func arguments(hostFolder: String) -> [String] {
    ["-I", "-S", "-X", "utf8", "-c", startScript, hostFolder]
  }

  /// The arguments of an interpreter that compiles the host's files and executes none of them.
  ///
  /// - Parameters:
  ///   - hostFolder: Where the files are.
  ///   - path: The file to write, of the form that the host is started from but for the checksum.
  static func compilation(of hostFolder: String, to path: String) -> [String] {
    ["-I", "-S", "-X", "utf8", "-c", compileScript, hostFolder, path]
  }

  /// Starts the host from its bytecode, or from its files where there is none for this Python.
  ///
  /// Nothing of it is imported, so Python neither looks for bytecode beside the files nor writes any.
  ///
  /// What agents import is: Python before 3.13 takes a short write of bytecode for a whole one, and a
  /// full disk or a size limit would leave a file that no later run could load.
  private static let startScript = """
    import sys,marshal,_frozen_importlib_external as e
    def w(path,data,mode=0o666,e=e):
     o=e._os;t="%s.%d"%(path,id(path));d=o.open(t,o.O_EXCL|o.O_CREAT|o.O_WRONLY,mode&0o666)
     try:
      with e._io.FileIO(d,"wb") as f:
       if f.write(data)!=len(data):raise OSError
      o.replace(t,path)
     except OSError:
      o.unlink(t)
      raise
    e._write_atomic=w
    def s(e=e,h=sys.argv[1]):
     b=None
     try:
      with e._io.FileIO(h+"/bytecode") as f:d=f.readall()
      if d[\(prefix.checksum):\(prefix.checksum + prefix.magic)]==e.MAGIC_NUMBER:
       b=marshal.loads(memoryview(d)[\(prefix.checksum + prefix.magic):])
     except (OSError,ValueError,EOFError,TypeError):pass
     m=type(sys)("agent_host");m.__file__=p=h+"/agent_host.py"
     if b:c=marshal.loads(b["agent_host"])
     else:
      with e._io.FileIO(p) as f:c=compile(f.readall(),"<swarmctl>/agent_host.py","exec",dont_inherit=True)
     m.bytecode=b
     exec(c,m.__dict__)
     return m
    del e,w
    s().main()
    """

  private static let compileScript = """
    import sys,marshal,_frozen_importlib_external as e
    h,t=sys.argv[1:3];b={}
    for n in sorted(e._os.listdir(h)):
     if n[-3:]==".py":
      with e._io.FileIO(h+"/"+n) as f:b[n[:-3]]=marshal.dumps(compile(f.readall(),"<swarmctl>/"+n,"exec",dont_inherit=True))
    d=e.MAGIC_NUMBER+marshal.dumps(b)
    with e._io.FileIO(t,"xb") as f:
     if f.write(d)!=len(d):sys.exit(1)
    """
}
