"""Who the prospects are: facts, conditions, segments, scores, stages. Pure: a profile goes in, a judgement comes."""
