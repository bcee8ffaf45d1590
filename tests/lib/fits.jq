# What is wrong with a body, by the schemas of the contract: a line each.
#	jq -r --slurpfile spec openapi-subset.json -f fits.jq --arg schema refund
def wrong($schema; $at):
	. as $v
	| (if $schema | has("$ref")
	    then $spec[0].components.schemas[$schema["$ref"] | split("/")[-1]]
	    else $schema end) as $s
	| if $v == null and $s.nullable == true then empty
	elif $s | has("anyOf") then
		if any($s.anyOf[]; . as $one
		    | [$v | wrong($one; $at)] | length == 0)
		then empty else "\($at) fits none of its schemas" end
	elif $s.type == "object" then
		if ($v | type) != "object" then "\($at) is no object" else
			(($s.required // [])[] as $name
			    | select($v | has($name) | not)
			    | "\($at).\($name) is missing"),
			(($s.properties // {}) as $known | $v | keys[] as $name
			    | select($known | has($name))
			    | .[$name] | wrong($known[$name]; "\($at).\($name)"))
		end
	elif $s.type == "array" then
		if ($v | type) != "array" then "\($at) is no array"
		else $v[] | wrong($s.items; "\($at)[]") end
	elif $s.type == "integer" and ($v | type) == "number" and
	    $v != ($v | floor) then "\($at) is no integer"
	elif $s.type != null and ($v | type) !=
	    ({ integer: "number" }[$s.type] // $s.type) then
		"\($at) is no \($s.type)"
	elif ($s | has("enum")) and $s["x-open-enum"] != true and
	    ($s.enum | index([$v]) == null) then "\($at) is \($v)"
	else empty end;

wrong($spec[0].components.schemas[$schema]; $schema)
