"""utils.result as agents know it: Result, Success, Failure and the errors that go into a Failure."""


class Result:
    """What an operation gave: a Success with a value or a Failure with an error."""

    __slots__ = ("value", "error")
    is_success = False

    # Result[int, str] in an annotation.
    def __class_getitem__(cls, _):
        return cls

    @staticmethod
    def success(value=None):
        return Success(value)

    @staticmethod
    def failure(error=None):
        return Failure(error)

    @property
    def is_failure(self):
        return not self.is_success

    def __bool__(self):
        return self.is_success

    def __eq__(self, other):
        if not isinstance(other, Result):
            return NotImplemented
        return (self.is_success, self.value, self.error) == (
            other.is_success, other.value, other.error
        )

    __hash__ = None

    def unwrap(self):
        if self.is_success:
            return self.value
        raise self.error if isinstance(self.error, BaseException) else ValueError(str(self.error))

    def unwrap_or(self, default):
        return self.value if self.is_success else default

    def map(self, function):
        return Success(function(self.value)) if self.is_success else self

    def map_error(self, function):
        return self if self.is_success else Failure(function(self.error))

    def bind(self, function):
        return function(self.value) if self.is_success else self

    flat_map = and_then = bind


class Success(Result):
    __slots__ = ()
    __match_args__ = ("value",)
    is_success = True

    def __init__(self, value=None):
        self.value, self.error = value, None

    def __repr__(self):
        return "Success(%r)" % (self.value,)


class Failure(Result):
    __slots__ = ()
    __match_args__ = ("error",)

    def __init__(self, error=None):
        self.value, self.error = None, error

    def __repr__(self):
        return "Failure(%r)" % (self.error,)


class AgentLoadError(Exception):
    def __init__(self, file=None, source=None, error_type=None, message=None):
        super().__init__(file, source, error_type, message)
        self.file = self.file_name = file
        self.source, self.error_type, self.message = source, error_type, message

    def __str__(self):
        return ": ".join(str(part) for part in self.args if part is not None)


class APIError(Exception):
    def __init__(self, message=None, *details, **more):
        super().__init__(message, *details)
        self.message = message
        self.__dict__.update(more)

    def __str__(self):
        return str(self.message)


def partition_results(results):
    """The values of the successes and the errors of the failures."""
    results = list(results)
    return (
        [result.value for result in results if result.is_success],
        [result.error for result in results if not result.is_success],
    )


def supply(module, _):
    for item in (Result, Success, Failure, AgentLoadError, APIError, partition_results):
        setattr(module, item.__name__, item)
