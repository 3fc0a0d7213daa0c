package provide shop 1.0
namespace eval shop { proc price {name} { return 3.50 } }
